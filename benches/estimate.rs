//! Time for one estimate in a full hall and in an endless line.

use loket::queue::estimate::{Desk, InHand, Knowledge, Later, Scene, Staffed, Today, Waiting, place};

fn main() {
    divan::main();
}

#[divan::bench(args = [50, 500, 5000])]
fn one_estimate(bencher: divan::Bencher, people: usize) {
    let knowledge = Knowledge::new([("SIPB", 12.0), ("KIA", 6.0), ("NIB", 20.0)]);
    let visitor = |at: usize| Waiting {
        line_at: 480.0 + at as f64 / people as f64 * 60.0,
        service: (at % 3) as u16,
        later: Later::default(),
        priority: at % 9 == 4,
        wanted: None,
    };
    let waiting: Vec<Waiting> = (0..people).map(visitor).chain([Waiting { line_at: 541.0, ..visitor(0) }]).collect();
    let hand = InHand { service: 0, called_at: 535.0, line_at: 470.0, later: Later::default(), priority: false };
    let desks = [Desk { staffed: Staffed::Open, in_hand: Some(hand), since_priority: 1 }; 6];
    let takes = [0b000_111, 0b111_000, 0b101_010];
    let scene = Scene {
        now: 541.0,
        weekday: 2,
        waiting: &waiting,
        desks: &desks,
        takes: &takes,
        today: Today::default(),
        regular_per_priority: 2,
    };
    bencher.bench(|| place(divan::black_box(&scene), &knowledge, people));
}
