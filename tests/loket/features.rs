//! `docs/features.md` tells the truth: every row is there, and every test it names exists.

use std::collections::BTreeSet;

use crate::source::{files, read};

/// Letters of the rows and how many each has.
const ROWS: [(char, usize); 12] = [
    ('Q', 31),
    ('A', 13),
    ('W', 25),
    ('D', 12),
    ('P', 16),
    ('T', 20),
    ('C', 17),
    ('S', 19),
    ('M', 14),
    ('I', 10),
    ('X', 11),
    ('O', 21),
];

struct Row {
    id: String,
    state: String,
    tests: Vec<String>,
}

fn rows() -> Vec<Row> {
    let table = read("docs/features.md").text;
    let lines = table.lines().filter(|line| line.starts_with("| ")).skip(2);
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, _, state, tests] = cells[..] else { panic!("four cells are wanted: {line}") };
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Row { id: id.to_owned(), state: state.to_owned(), tests }
    };
    lines.map(row).collect()
}

/// Names of every test, and of every walk of the browser.
fn tests_there_are() -> BTreeSet<String> {
    let sources = files("src", "rs").into_iter().chain(files("tests/loket", "rs"));
    let mut names: BTreeSet<String> = sources.flat_map(|file| file.functions()).map(|f| f.name).collect();
    for script in files("tests/browser/walks", "mjs") {
        names.extend(script.text.split("walk(\"").skip(1).filter_map(|part| part.split('"').next()).map(str::to_owned));
    }
    names
}

#[test]
fn every_feature_has_its_row() {
    let expected: Vec<String> =
        ROWS.iter().flat_map(|(letter, count)| (1..=*count).map(move |number| format!("{letter}{number}"))).collect();
    let found: Vec<String> = rows().into_iter().map(|row| row.id).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_called_done_names_a_test_that_exists() {
    let known = tests_there_are();
    let mut counts = [0; 3];
    for row in rows() {
        let place = ["done", "part", "planned"].iter().position(|s| *s == row.state);
        counts[place.unwrap_or_else(|| panic!("{}: state `{}`", row.id, row.state))] += 1;
        assert_eq!(row.tests.is_empty(), row.state == "planned", "{}: {} and its tests", row.id, row.state);
        for test in row.tests {
            assert!(known.contains(&test), "{}: there is no test `{test}`", row.id);
        }
    }
    println!("features: {} done, {} in part, {} planned", counts[0], counts[1], counts[2]);
}
