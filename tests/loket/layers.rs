//! The house: who may use whom, what stands only in one place, and how long a file or a function may be.

use std::collections::BTreeSet;

use crate::source::{SourceFile, closing, files, read};

/// Longest file and function there may be, and the longest typical ones.
const LONGEST_FILE: usize = 400;
const LONGEST_FUNCTION: usize = 60;
const MEDIAN_FILE: usize = 120;
const MEDIAN_FUNCTION: usize = 12;

/// The order of the nouns as the map in `src/lib.rs` gives it, and the names of what stands last.
fn order() -> Vec<String> {
    let map = read("src/lib.rs").text;
    let start = map.find("`config ").expect("the map names the order") + 1;
    let end = start + map[start..].find('`').expect("the order ends");
    let words = map[start..end].split(|c: char| !c.is_alphanumeric() && c != '_');
    let mut order: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
    order.extend(["lib".to_owned(), "main".to_owned()]);
    order
}

/// The noun a file belongs to: its first folder under `src`, or its own name there.
fn noun_of(file: &SourceFile) -> String {
    let inside = file.path.strip_prefix("src/").unwrap_or(&file.path);
    inside.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

/// Every noun named after `crate::` (or `loket::` in the program), also inside braces.
fn nouns_used(code: &str, root: &str) -> BTreeSet<String> {
    let mut nouns = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let start = at + root.len();
        if code[start..].starts_with('{') {
            let end = closing(code, start, '{', '}').expect("balanced braces");
            nouns.extend(first_names(&code[start + 1..end]));
        } else {
            nouns.extend(first_names(code[start..].split([';', '(', ',', ' ']).next().unwrap_or_default()));
        }
    }
    nouns
}

/// The first name of each path of a list, outside deeper braces.
fn first_names(list: &str) -> Vec<String> {
    let mut depth = 0;
    let paths = list.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    let first = |path: &str| path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    paths.map(first).filter(|name| !name.is_empty()).collect()
}

/// The uses of a noun that stand to its right: none may.
fn wrong_uses(file: &SourceFile, order: &[String]) -> Vec<String> {
    let place = |noun: &str| order.iter().position(|n| n == noun);
    let noun = noun_of(file);
    let own = place(&noun).unwrap_or_else(|| panic!("{}: `{noun}` is not on the map", file.path));
    let root = if noun == "main" { "loket::" } else { "crate::" };
    let used = nouns_used(&file.code(), root);
    let is_wrong = |used: &&String| place(used).is_some_and(|other| other > own);
    used.iter().filter(is_wrong).map(|used| format!("{}: {noun} uses {used}", file.path)).collect()
}

fn containing(pattern: &str, is_allowed: impl Fn(&str) -> bool) -> Vec<String> {
    let found = |file: &SourceFile| file.code().contains(pattern) && !is_allowed(&file.path);
    files("src", "rs").iter().filter(|file| found(file)).map(|file| format!("{}: {pattern}", file.path)).collect()
}

fn median(mut values: Vec<usize>) -> usize {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn is_store(path: &str) -> bool {
    path.starts_with("src/db/") || path.ends_with("/store.rs") || path.contains("/store/")
}

#[test]
fn every_noun_uses_only_those_before_it() {
    let order = order();
    let wrong: Vec<String> = files("src", "rs").iter().flat_map(|file| wrong_uses(file, &order)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_use_against_the_order_would_be_seen() {
    let order = order();
    let against = "use crate::ids::SiteId;\nuse crate::{clock::{Day, Instant}, web::App};\n";
    let file = SourceFile { path: "src/queue/mod.rs".into(), text: against.into() };
    assert_eq!(wrong_uses(&file, &order), ["src/queue/mod.rs: queue uses web"]);
    let inline = SourceFile { path: "src/db/mod.rs".into(), text: "fn f() -> crate::audit::Act { g() }".into() };
    assert_eq!(wrong_uses(&inline, &order), ["src/db/mod.rs: db uses audit"]);
}

#[test]
fn every_module_stands_on_the_map_and_is_described_there() {
    let lib = read("src/lib.rs");
    let order = order();
    let code = lib.code();
    let modules = code.lines().filter_map(|line| line.trim().trim_start_matches("pub ").strip_prefix("mod "));
    for module in modules.map(|name| name.trim_end_matches(';').trim()) {
        assert!(order.iter().any(|noun| noun == module), "`{module}` is not on the map in src/lib.rs");
        assert!(lib.text.contains(&format!("`{module}` ")), "`{module}` is not described in src/lib.rs");
    }
}

#[test]
fn migrations_follow_the_order_of_the_nouns() {
    let order = order();
    let place = |file: &SourceFile| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let noun = name.trim_end_matches(".sql").split('_').nth(1).unwrap_or_default().to_owned();
        order.iter().position(|n| *n == noun).unwrap_or_else(|| panic!("{}: no such noun", file.path))
    };
    let places: Vec<usize> = files("migrations/sqlite", "sql").iter().map(place).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn rocket_stays_in_web_and_sqlx_in_the_stores() {
    let is_web = |path: &str| path.starts_with("src/web/") || path == "src/lib.rs" || path == "src/main.rs";
    let mut wrong = containing("rocket::", is_web);
    wrong.extend(containing("sqlx::", is_store));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn there_is_one_clock() {
    let is_clock = |path: &str| path == "src/clock.rs";
    let mut wrong = Vec::new();
    for second_clock in ["Utc::now()", "Local::now()", "SystemTime::now()"] {
        wrong.extend(containing(second_clock, is_clock));
    }
    let sql_clocks = ["CURRENT_TIMESTAMP", "now()", "datetime('now"];
    for file in files("src", "rs").iter().filter(|file| is_store(&file.path)).chain(&files("migrations", "sql")) {
        let text = file.code_with_strings().replace(".now()", "");
        wrong.extend(sql_clocks.iter().filter(|c| text.contains(**c)).map(|c| format!("{}: {c}", file.path)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    let mut wrong = containing("#[allow", |_| false);
    wrong.extend(containing("#![allow", |_| false));
    for file in files("src", "rs") {
        let code = file.code();
        for (at, _) in code.match_indices("#[expect(") {
            let end = closing(&code, at + 1, '[', ']').unwrap_or(code.len());
            if !code[at..end].contains("reason") {
                wrong.push(format!("{}: an expectation without a reason", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn unsafe_sql_texts_are_counted() {
    let wrong = containing("AssertSqlSafe", |path| path == "src/db/waiting.rs");
    assert!(wrong.is_empty(), "SQL put together at run time: {wrong:#?}");
}

#[test]
fn templates_escape_by_themselves() {
    let is_wrong = |file: &SourceFile| file.text.contains("| safe") || file.text.contains("|safe");
    let raw: Vec<String> = files("templates", "html").into_iter().filter(is_wrong).map(|f| f.path).collect();
    assert!(raw.is_empty(), "{raw:?}");
    assert!(files("templates", "tera").is_empty(), "a template that does not end in .html is not escaped");
}

#[test]
fn files_and_functions_stay_short() {
    let sources = files("src", "rs");
    let mut wrong = Vec::new();
    for file in sources.iter().filter(|file| file.lines() > LONGEST_FILE) {
        wrong.push(format!("{}: {} lines", file.path, file.lines()));
    }
    let mut lengths = Vec::new();
    for file in &sources {
        for function in file.functions() {
            lengths.push(function.length);
            if function.length > LONGEST_FUNCTION {
                wrong.push(format!("{}:{} {}: {} lines", file.path, function.line, function.name, function.length));
            }
        }
    }
    let (file, function) = (median(sources.iter().map(SourceFile::lines).collect()), median(lengths));
    println!("{} files, median {file} lines; functions median {function} lines", sources.len());
    assert!(wrong.is_empty() && file <= MEDIAN_FILE && function <= MEDIAN_FUNCTION, "{wrong:#?}");
}

#[test]
fn no_test_is_ignored() {
    let sources = files("tests", "rs").into_iter().chain(files("src", "rs"));
    let ignored: Vec<String> = sources.filter(|f| f.code().contains(concat!("#[", "ignore"))).map(|f| f.path).collect();
    assert!(ignored.is_empty(), "{ignored:?}");
}
