//! The honest estimate against the simple rules others use, on days it has not seen.

use loket::queue::estimate::{Knowledge, PastDay, Today, foretell};
use loket::queue::replay::{
    Day, House, RecordedStop, Rule, Scenario, Score, Seen, Visit, generate, learn, past_day, play, recorded_day,
    summarise, with_counters,
};
use loket::{catalogue, demo};

use crate::support::morning;

/// Days known before the scored ones, and days scored.
const KNOWN: u64 = 25;
const SCORED: u64 = 10;
/// Days that tell an oracle the true distributions.
const TRUE_DAYS: u64 = 120;

/// One visitor who was told an estimate and called.
struct Told {
    wait: f64,
    likely: f64,
    held: bool,
    oracle: f64,
    seen: Seen,
}

fn office() -> (House, Knowledge) {
    let services = catalogue::built_in();
    let groups = services.iter().map(|service| (service.code.clone(), service.group)).collect();
    let guesses = services.iter().map(|service| (service.code.as_str(), service.counter_minutes as f64));
    (House { groups, ..House::default() }, Knowledge::new(guesses))
}

fn told(visit: &Visit, oracle: f64) -> Option<Told> {
    let (wait, estimate) = (visit.wait()?, visit.place.estimate.ok()?);
    let held = estimate.low_minutes as f64 <= wait && wait <= estimate.high_minutes as f64;
    Some(Told { wait, likely: estimate.likely_minutes as f64, held, oracle, seen: visit.seen })
}

/// An estimate that knows the true distributions and the pace of the day, though not the draws: the noise floor.
fn oracle(scenario: Scenario, house: &mut House, known: &Knowledge, blank: Knowledge) -> Knowledge {
    let mut oracle = blank;
    let days: Vec<PastDay> = (1000..1000 + TRUE_DAYS)
        .map(|number| {
            let (day, pace) = generate(scenario, number, house, &mut oracle);
            let mut past = past_day(&day, house);
            past.turns.iter_mut().for_each(|turn| turn.minutes /= pace);
            past
        })
        .collect();
    oracle.takes.clone_from(&known.takes);
    oracle.learn(days);
    oracle
}

fn generated(scenario: Scenario) -> Vec<Told> {
    let (mut house, mut knowledge) = office();
    let history: Vec<Day> = (0..KNOWN).map(|n| generate(scenario, n, &mut house, &mut knowledge).0).collect();
    let blank = knowledge.clone();
    learn(&mut knowledge, &house, &history);
    let oracle = oracle(scenario, &mut house, &knowledge, blank);
    let mut all = Vec::new();
    for number in KNOWN..KNOWN + SCORED {
        let (day, pace) = generate(scenario, number, &mut house, &mut knowledge);
        let mut known = Vec::new();
        let visits = play(&day, &house, &knowledge, &mut |asked| {
            let mut scene = asked.scene;
            scene.today = Today::exactly(pace);
            known.push(foretell(&scene, &oracle, asked.me, 64).map_or(f64::NAN, |foretold| foretold.likely));
        });
        all.extend(visits.iter().filter_map(|visit| told(visit, known[visit.arrival])));
    }
    all
}

/// The history of the demonstration's hall as traces, with what the store kept of each day: the mean wait.
fn demo(site: &str) -> (House, Knowledge, Vec<(Day, f64)>) {
    let (mut house, mut knowledge) = office();
    let (site, days) = demo::recorded_days(site, morning()).unwrap();
    let trace = |(date, stops): (_, Vec<RecordedStop>)| {
        let first: Vec<&RecordedStop> = stops.iter().filter(|stop| stop.position == 1).collect();
        let wait: i64 = first.iter().map(|stop| stop.called_at.0 - stop.line_at.0).sum();
        let mean = wait as f64 / 60e6 / first.len() as f64;
        (recorded_day(&site, date, &stops, &mut house, &mut knowledge), mean)
    };
    let days: Vec<(Day, f64)> = days.into_iter().map(trace).collect();
    (house, knowledge, days)
}

/// The last days of the demonstration, each told from the days before it.
fn demo_told(site: &str) -> Vec<Told> {
    let (house, mut knowledge, days) = demo(site);
    let days: Vec<Day> = days.into_iter().map(|(day, _)| day).collect();
    let (history, scored) = days.split_at(days.len() - 20);
    learn(&mut knowledge, &house, history);
    let mut all = Vec::new();
    for day in scored {
        let visits = play(day, &house, &knowledge, &mut |_| ());
        all.extend(visits.iter().filter_map(|visit| told(visit, f64::NAN)));
        knowledge.learn([past_day(day, &house)]);
    }
    all
}

fn mean_error(told: &[Told], minutes: impl Fn(&Told) -> f64) -> f64 {
    told.iter().map(|t| (minutes(t) - t.wait).abs()).sum::<f64>() / told.len() as f64
}

/// The better of a rule's two views: the visitor's own line, or the whole hall.
fn rule_error(told: &[Told], rule: Rule) -> f64 {
    let line = mean_error(told, |t| rule.minutes(&t.seen.line, t.seen.mean));
    line.min(mean_error(told, |t| rule.minutes(&t.seen.hall, t.seen.mean)))
}

/// Prints a line of the table; answers the estimate's error, the best rule's, and the coverage.
fn line(name: &str, told: &[Told]) -> (f64, f64, f64) {
    let score = Score::of(told.iter().map(|t| (t.wait, t.likely, t.held)));
    let rules: Vec<f64> = Rule::ALL.iter().map(|rule| rule_error(told, *rule)).collect();
    let best = rules.iter().copied().fold(f64::INFINITY, f64::min);
    let rules = rules.iter().map(|error| format!("{error:>7.1}")).collect::<String>();
    let floor = mean_error(told, |t| t.oracle);
    println!(
        "{name:<20} {:>5} {:>6.1} {floor:>7.1} {:>6.1} {:>5.0}% |{rules} | {:.2}",
        score.n,
        score.mae,
        score.bias,
        score.coverage * 100.0,
        score.mae / best
    );
    (score.mae, best, score.coverage)
}

#[test]
fn the_estimate_halves_the_error_of_the_best_simple_rule() {
    println!("mean absolute error in minutes; each simple rule with the better of its own line and the whole hall");
    println!(
        "{:<20} {:>5} {:>6} {:>7} {:>6} {:>6} |{:>7}{:>7}{:>7}{:>7}{:>7} | ours/best",
        "days", "n", "ours", "oracle", "bias", "cover", "p*m/c", "Berlin", "p*m", "head", "last"
    );
    let mut held = (0.0, 0.0);
    let demo = [("demo history", demo_told("opi"))].into_iter();
    for (name, told) in demo.chain(Scenario::ALL.map(|scenario| (scenario.name(), generated(scenario)))) {
        let (ours, best, coverage) = line(name, &told);
        assert!(ours <= best / 2.0, "{name}: {ours:.2} against {best:.2}");
        assert!((0.65..=0.92).contains(&coverage), "{name}: {coverage:.2}");
        held = (held.0 + coverage * told.len() as f64, held.1 + told.len() as f64);
    }
    let overall = held.0 / held.1;
    println!("overall coverage {:.0}%", overall * 100.0);
    assert!((0.75..=0.85).contains(&overall), "{overall:.2}");
}

#[test]
fn the_estimate_never_sees_the_rest_of_the_day() {
    let (mut house, mut knowledge) = office();
    let history: Vec<Day> = (0..6).map(|n| generate(Scenario::Rush, n, &mut house, &mut knowledge).0).collect();
    learn(&mut knowledge, &house, &history);
    let (day, _) = generate(Scenario::Rush, 6, &mut house, &mut knowledge);
    let noon = 600.0;
    let cut = Day { events: day.events.iter().filter(|event| event.at < noon).cloned().collect(), ..day.clone() };
    let told = |day: &Day| -> Vec<_> {
        let visits = play(day, &house, &knowledge, &mut |_| ());
        visits.iter().filter(|v| v.arrived_at < noon).map(|v| (v.number, v.place)).collect()
    };
    assert!(told(&day).len() > 40);
    assert_eq!(told(&day), told(&cut));
}

#[test]
fn the_replay_of_a_recorded_day_reproduces_its_mean_wait() {
    let (house, knowledge, days) = demo("opi");
    let (mut recorded, mut replayed) = (0.0, 0.0);
    for (day, mean) in &days[days.len() - 10..] {
        let again = summarise(&play(day, &house, &knowledge, &mut |_| ())).mean;
        println!("{} recorded {mean:.2} replayed {again:.2}", day.date);
        recorded += mean;
        replayed += again;
    }
    assert!((replayed / recorded - 1.0).abs() <= 0.10, "{recorded} {replayed}");
}

#[test]
fn more_counters_shorten_the_wait_and_the_same_staffing_changes_nothing() {
    let (mut house, mut knowledge) = office();
    let (day, _) = generate(Scenario::Rush, 1, &mut house, &mut knowledge);
    let mut mean = |counters: usize| {
        let mut day = day.clone();
        with_counters(&mut day, &mut house, counters);
        summarise(&play(&day, &house, &knowledge, &mut |_| ())).mean
    };
    let (fewer, same, more) = (mean(4), mean(6), mean(8));
    assert!(fewer > same && same > more, "{fewer} {same} {more}");
    let plain = summarise(&play(&day, &house, &knowledge, &mut |_| ())).mean;
    assert!((plain - same).abs() < 1e-9);
}
