//! The forecast that a file will be late against what the days left alone say, on days it has not seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use loket::calendar::Calendar;
use loket::catalogue::{self, ApplicationKind, Service, StageName};
use loket::clock::{Day, Instant};
use loket::db::Db;
use loket::ids::ApplicationId;
use loket::permits::{self, ApplicationState, Course, Move, Plan, Replayed, replay};
use loket::sites::{self, Site, Sites};

use crate::support::Random;

/// Working days of a scenario, the day from which the rules learn, and the last days, which are scored.
const DAYS: usize = 120;
const KNOWN: usize = 30;
const SCORED: usize = 60;
/// Services of the scenarios: with a visit and without, of several OPDs.
const SERVICES: [&str; 6] = ["SIPB", "SIPA", "SKP", "REK-P", "STPT", "PAUD"];

/// A made-up office.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scenario {
    Steady,
    OneSlowOpd,
    AnOpdThatSlowsDown,
    ManyReturns,
    FewFiles,
    AHeadWhoSignsTwiceAWeek,
}

impl Scenario {
    const ALL: [Scenario; 6] = [
        Scenario::Steady,
        Scenario::OneSlowOpd,
        Scenario::AnOpdThatSlowsDown,
        Scenario::ManyReturns,
        Scenario::FewFiles,
        Scenario::AHeadWhoSignsTwiceAWeek,
    ];

    fn files_a_day(self, random: &mut Random) -> usize {
        if self == Scenario::FewFiles { usize::from(random.below(10) < 7) } else { 2 + random.below(5) }
    }

    /// Of a hundred files, how many go back once.
    fn returns(self) -> usize {
        if self == Scenario::ManyReturns { 40 } else { 8 }
    }

    /// Tenths of a working day a stage takes in the mean.
    fn tenths(self, service: &str, stage: StageName, number: usize) -> usize {
        match (self, stage) {
            (Scenario::OneSlowOpd, StageName::Recommendation) if service == "SIPB" || service == "SIPA" => 35,
            (Scenario::AnOpdThatSlowsDown, StageName::Recommendation) if number > DAYS / 2 => 32,
            (_, StageName::Recommendation) => 12,
            (_, StageName::Inspection) => 10,
            (_, StageName::Verification) => 6,
            (_, _) => 5,
        }
    }
}

/// Working days after a mean: mostly about it, sometimes stuck.
fn drawn(random: &mut Random, tenths: usize) -> i64 {
    let mut days = 0;
    while random.below(10 + tenths) < tenths && days < 30 {
        days += 1;
    }
    if random.below(100) < 6 { days + 3 + i64::try_from(random.below(6)).unwrap() } else { days }
}

struct Office {
    calendar: Calendar,
    sites: Sites,
    site: Site,
    services: Vec<Service>,
}

fn office() -> Office {
    let site = sites::built_in(Instant(0)).unwrap().remove(0);
    let services = catalogue::built_in().into_iter().filter(|one| SERVICES.contains(&one.code.as_str())).collect();
    Office { calendar: Calendar::built_in(), sites: Sites::of(vec![site.clone()]), site, services }
}

impl Office {
    fn days(&self) -> Vec<Day> {
        let first = Day::parse("2026-06-02").unwrap();
        let days = (0..).map(|n| first.plus_days(n)).filter(|day| self.calendar.is_working_day(*day));
        days.take(DAYS).collect()
    }

    fn at(&self, day: Day, minutes: i64) -> Instant {
        day.start(self.site.zone).plus_minutes(8 * 60 + minutes)
    }

    fn courses(&self, scenario: Scenario) -> Vec<Course> {
        let mut random = Random::of(0x10CE7 + scenario as u64);
        let mut courses = Vec::new();
        for (number, day) in self.days().into_iter().enumerate() {
            for _ in 0..scenario.files_a_day(&mut random) {
                courses.push(self.course(scenario, &mut random, (number, day)));
            }
        }
        courses
    }

    /// A file filed on a day, played to its end.
    fn course(&self, scenario: Scenario, random: &mut Random, (number, filed): (usize, Day)) -> Course {
        let rules = random.pick(&self.services);
        let matter = (BTreeMap::new(), ApplicationKind::New);
        let way: Vec<StageName> = rules
            .stages_of(catalogue::Matter { kind: matter.1, fields: &matter.0 })
            .into_iter()
            .filter(|stage| *stage != StageName::Handover)
            .collect();
        let (mut day, mut minute) = (filed, 30);
        let mut moves = vec![Move { to: ApplicationState::Registered, at: self.at(day, minute) }];
        let mut returns = Vec::new();
        let mut to = |state, day, minute: &mut i64| {
            *minute += 7;
            moves.push(Move { to: state, at: self.at(day, *minute) });
        };
        if random.below(100) < scenario.returns() {
            day = self.calendar.due(day, drawn(random, 4)).day;
            to(ApplicationState::Returned, day, &mut minute);
            let asked = self.at(day, minute);
            day = self.calendar.due(day, 1 + drawn(random, 30)).day;
            returns.push((asked, Some(self.at(day, minute))));
            day = self.calendar.due(day, drawn(random, 3)).day;
            to(ApplicationState::InVerification, day, &mut minute);
        }
        for (place, stage) in way.iter().enumerate() {
            day = self.calendar.due(day, drawn(random, scenario.tenths(&rules.code, *stage, number))).day;
            if scenario == Scenario::AHeadWhoSignsTwiceAWeek && *stage == StageName::Signature {
                while !matches!(day.weekday(), 2 | 5) || !self.calendar.is_working_day(day) {
                    day = day.next();
                }
            }
            to(way.get(place + 1).map_or(ApplicationState::Ready, |next| state_of(*next)), day, &mut minute);
        }
        Course {
            id: ApplicationId::new(self.at(filed, 0).0),
            site: self.site.id,
            plan: Arc::new(Plan::of(rules)),
            registered_at: moves[0].at,
            way,
            moves,
            returns,
        }
    }
}

fn state_of(stage: StageName) -> ApplicationState {
    match stage {
        StageName::Verification => ApplicationState::InVerification,
        StageName::Inspection => ApplicationState::InInspection,
        StageName::Recommendation => ApplicationState::InRecommendation,
        StageName::Payment => ApplicationState::AwaitingPayment,
        StageName::Drafting => ApplicationState::InDrafting,
        StageName::Signature => ApplicationState::AwaitingSignature,
        StageName::Handover => ApplicationState::Ready,
    }
}

/// Mean squared distance between chances and what came.
fn brier(scored: &[(f64, bool)]) -> f64 {
    scored.iter().map(|(chance, late)| (chance - f64::from(u8::from(*late))).powi(2)).sum::<f64>() / scored.len() as f64
}

/// How often files with so many days left were late, by those decided before a morning: what the days left can say at
/// best.
fn by_experience(past: &[(Day, i64, bool)], one: &Replayed) -> f64 {
    let (mut all, mut same) = ((0.0, 0.0), (0.0, 0.0));
    for (_, left, late) in past.iter().filter(|(decided, _, _)| *decided < one.day) {
        let late = f64::from(u8::from(*late));
        all = (all.0 + late, all.1 + 1.0);
        if *left == one.forecast.days_left {
            same = (same.0 + late, same.1 + 1.0);
        }
    }
    let base = (all.0 + 1.0) / (all.1 + 2.0);
    (same.0 + 2.0 * base) / (same.1 + 2.0)
}

/// Prints a line of the table; answers our score and that of the best rule which knows only the days left.
fn line(name: &str, courses: &[Course], place: (&Calendar, &Sites), days: &[Day], scored: usize) -> (f64, f64) {
    let all = replay(courses, place, days);
    let zone = place.1.list()[0].zone;
    let decided: BTreeMap<ApplicationId, Day> =
        courses.iter().filter_map(|course| Some((course.id, course.decided_at()?.day(zone)))).collect();
    let experience = |one: &Replayed| Some((*decided.get(&one.id)?, one.forecast.days_left, one.late?));
    let past: Vec<(Day, i64, bool)> = all.iter().filter_map(experience).collect();
    let first = days[days.len().saturating_sub(scored)];
    let told: Vec<(&Replayed, bool)> =
        all.iter().filter(|one| one.day >= first).filter_map(|one| Some((one, one.late?))).collect();
    let score = |chance: &dyn Fn(&Replayed) -> f64| {
        brier(&told.iter().map(|(one, late)| (chance(one), *late)).collect::<Vec<_>>())
    };
    let left = |one: &Replayed| one.forecast.days_left as f64;
    let late = told.iter().filter(|(_, late)| *late).count() as f64 / told.len() as f64;
    let ours = score(&|one| one.forecast.chance);
    let rules = [
        score(&|one| (1.0 - left(one) / one.forecast.promised_days.max(1) as f64).clamp(0.0, 1.0)),
        score(&|one| f64::from(u8::from(left(one) <= 1.0))),
        score(&|one| by_experience(&past, one)),
    ];
    let best = rules.iter().copied().fold(f64::INFINITY, f64::min);
    let shown = rules.iter().map(|rule| format!("{rule:>9.3}")).collect::<String>();
    let mean = told.iter().map(|(one, _)| one.forecast.chance).sum::<f64>() / told.len() as f64;
    println!(
        "{name:<26} {:>5} {:>5.0}% {:>5.0}% {ours:>7.3} |{shown} | {:.2}",
        told.len(),
        late * 100.0,
        mean * 100.0,
        ours / best
    );
    (ours, best)
}

fn head() {
    println!("Brier scores: mean squared distance of the chance from what came; the rules know the days left only");
    println!(
        "{:<26} {:>5} {:>6} {:>6} {:>7} |{:>9}{:>9}{:>9} | ours/best",
        "days", "n", "late", "told", "ours", "share", "<= 1 day", "learnt"
    );
}

#[test]
fn the_forecast_beats_every_rule_that_knows_only_the_days_left() {
    let office = office();
    let days = office.days();
    let mut better = Vec::new();
    head();
    for scenario in Scenario::ALL {
        let courses = office.courses(scenario);
        let name = format!("{scenario:?}");
        let (ours, best) = line(&name, &courses, (&office.calendar, &office.sites), &days[KNOWN..], SCORED);
        better.push((ours < best, name));
    }
    assert!(better.iter().all(|(is_better, _)| *is_better), "{better:?}");
}

#[test]
fn the_forecast_of_a_morning_knows_nothing_of_what_came_later() {
    let office = office();
    let courses = office.courses(Scenario::ManyReturns);
    let day = office.days()[60];
    let at = day.start(office.site.zone);
    let cut: Vec<Course> = courses.iter().filter_map(|course| course.as_of(at)).collect();
    let (whole, seen) = [&courses, &cut].map(|some| replay(some, (&office.calendar, &office.sites), &[day])).into();
    let told = |all: &[Replayed]| all.iter().map(|one| (one.id, one.forecast.clone())).collect::<Vec<_>>();
    assert!(whole.len() > 5, "{}", whole.len());
    assert_eq!(told(&whole), told(&seen));
    assert!(seen.iter().all(|one| one.late.is_none()) && whole.iter().any(|one| one.late.is_some()));
}

/// The history of the demonstration, replayed from its store.
pub async fn demo_history_is_foretold_better_than_by_the_days_left(db: &Db) {
    let mut tx = db.read().await.unwrap();
    let (calendar, sites) = (loket::calendar::load(&mut tx).await.unwrap(), sites::load(&mut tx).await.unwrap());
    let courses = permits::list_courses(&mut tx, Instant(i64::MIN)).await.unwrap();
    let newest = courses.iter().filter_map(|course| course.moves.last()).map(|one| one.at).max().unwrap();
    let last = newest.day(sites.list()[0].zone);
    let days = (0..75).rev().map(|n| last.plus_days(-n)).filter(|day| calendar.is_working_day(*day));
    head();
    let (ours, best) = line("demo history", &courses, (&calendar, &sites), &days.collect::<Vec<_>>(), 40);
    assert!(ours < best, "{ours:.3} against {best:.3}");
    for site in sites.list() {
        let kept = permits::list_decided(&mut tx, site.id, (last.plus_days(-90), last)).await.unwrap();
        println!("kept for {}: {:?}", site.code, loket::reports::ForecastScore::of(&kept));
    }
}
