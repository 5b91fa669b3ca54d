//! The simple rules others use, on what is known when a visitor takes a number (pure).

/// What a simple rule looks at, in one line or in the whole hall.
#[derive(Clone, Copy, Debug, Default)]
pub struct View {
    /// People waiting.
    pub people: f64,
    /// Open counters.
    pub counters: f64,
    /// How long the first of them has waited.
    pub head: f64,
    /// How long the last one who entered service had waited.
    pub last: f64,
}

/// What the simple rules look at: they may take the better of two views.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// The visitor's own line and the counters that take it.
    pub line: View,
    /// Everybody, and every open counter.
    pub hall: View,
    /// Mean minutes of all services on past days.
    pub mean: f64,
}

/// A simple rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// People × mean ÷ counters.
    Shared,
    /// The same with the factor 0.8 of the queue of Berlin.
    Berlin,
    /// People × mean.
    Length,
    /// The wait of the head of the line so far.
    Head,
    /// The wait of the last one who entered service.
    LastServed,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Rule; 5] = [Rule::Shared, Rule::Berlin, Rule::Length, Rule::Head, Rule::LastServed];

    /// The minutes it foretells from a view of the hall and the mean service time.
    pub fn minutes(self, view: &View, mean: f64) -> f64 {
        let shared = view.people * mean / view.counters.max(1.0);
        match self {
            Rule::Shared => shared,
            Rule::Berlin => shared * 0.8,
            Rule::Length => view.people * mean,
            Rule::Head => view.head,
            Rule::LastServed => view.last,
        }
    }
}
