//! A visit with three matters under one number against three numbers taken one after the other, on the same arrivals.

use loket::catalogue;
use loket::queue::estimate::Knowledge;
use loket::queue::replay::{Arrives, Day, Event, House, Matter, Scenario, Visit, What, generate, play};

use crate::support::size;

/// Minutes of the day at which the visitor comes.
const COMES: [f64; 6] = [470.0, 490.0, 530.0, 570.0, 640.0, 700.0];
/// What the visitor comes for, one after another: service and minutes at the counter.
const MATTERS: [[(&str, f64); 3]; 3] = [
    [("NIB", 24.0), ("KK-U", 11.0), ("AMBIL", 3.0)],
    [("KTP-C", 6.0), ("AMBIL", 3.0), ("SIPP", 13.0)],
    [("AMBIL", 3.0), ("KONSUL", 18.0), ("KTP-C", 6.0)],
];

/// Minutes waited under one number and under three, of the visitors of one kind of day.
#[derive(Default)]
struct Waits {
    visits: usize,
    longer: usize,
    one: f64,
    three: f64,
    most_longer: f64,
}

struct Office {
    house: House,
    knowledge: Knowledge,
}

impl Office {
    fn new() -> Office {
        let services = catalogue::built_in();
        let groups = services.iter().map(|service| (service.code.clone(), service.group)).collect();
        let guesses = services.iter().map(|service| (service.code.as_str(), service.counter_minutes as f64));
        Office { house: House { groups, ..House::default() }, knowledge: Knowledge::new(guesses) }
    }

    fn matters(&mut self, kind: usize) -> Vec<Matter> {
        let Office { house, knowledge } = self;
        let matter = |(code, minutes): &(&str, f64)| {
            let service = house.service(knowledge, code);
            Matter { service, minutes: *minutes }
        };
        MATTERS[kind % MATTERS.len()].iter().map(matter).collect()
    }

    /// What becomes of a visitor who comes besides all others; and the day with that visitor.
    fn visit(&self, day: &Day, at: f64, matters: Vec<Matter>) -> (Day, Visit) {
        let mut day = day.clone();
        let comes = What::Arrives(Arrives { matters, priority: false, word: "none".into() });
        let place = day.events.iter().position(|event| event.at > at).unwrap_or(day.events.len());
        let is_arrival = |event: &&Event| matches!(event.what, What::Arrives(_));
        let arrival = day.events[..place].iter().filter(is_arrival).count();
        day.events.insert(place, Event { at, what: comes });
        let visit = play(&day, &self.house, &self.knowledge, &mut |_| ()).swap_remove(arrival);
        (day, visit)
    }

    /// Minutes waited with a number of its own for each matter, each taken when the matter before it is done; none when
    /// the counters closed before the last one.
    fn one_after_the_other(&self, day: &Day, at: f64, matters: &[Matter]) -> Option<f64> {
        let (mut day, mut at, mut waited) = (day.clone(), at, 0.0);
        for matter in matters {
            let (with, visit) = self.visit(&day, at, vec![*matter]);
            waited += visit.whole_wait()?;
            at = visit.calls[0].ended_at?;
            day = with;
        }
        Some(waited)
    }
}

fn waits(scenario: Scenario) -> Waits {
    let mut waits = Waits::default();
    for number in 0..size("LOKET_VISIT_DAYS", 4) as u64 {
        let mut office = Office::new();
        let (day, _) = generate(scenario, number, &mut office.house, &mut office.knowledge);
        for (kind, at) in COMES.into_iter().enumerate() {
            let matters = office.matters(kind);
            let (_, visit) = office.visit(&day, at, matters.clone());
            // The same order of the matters: the harder comparison, since the visitor would not know it.
            let order: Vec<Matter> = visit.calls.iter().map(|call| matters[call.matter]).collect();
            let Some(three) = office.one_after_the_other(&day, at, &order) else { continue };
            let one = visit.whole_wait().unwrap();
            waits.visits += 1;
            assert_eq!(visit.calls.len(), 3, "every call is kept");
            waits.longer += usize::from(one > three + 1e-6);
            waits.one += one;
            waits.three += three;
            waits.most_longer = waits.most_longer.max(one - three);
        }
    }
    waits
}

#[test]
fn a_visit_with_three_matters_waits_at_most_as_long_as_three_numbers_one_after_the_other() {
    for scenario in [Scenario::Steady, Scenario::Rush, Scenario::LunchDip] {
        let Waits { visits, longer, one, three, most_longer } = waits(scenario);
        let (name, n) = (scenario.name(), visits as f64);
        println!(
            "{name}: {visits} visits, one number {:.1}, three numbers {:.1} minutes; {longer} waited longer, at most {:.1}",
            one / n,
            three / n,
            most_longer.max(0.0)
        );
        assert!(one <= three * 0.6, "{name}: together {one:.0} against {three:.0} minutes");
        assert!(longer as f64 <= (n * 0.01).max(1.0), "{name}: {longer} of {visits} waited longer");
        assert!(most_longer <= 5.0, "{name}: {most_longer:.1} minutes longer");
    }
}
