//! Every text a person can meet exists in both languages, and is written as the office writes.

use std::collections::{BTreeMap, BTreeSet};

use loket::messages::{Lang, has, keys, text};

use crate::source::{SourceFile, closing, files};

/// The arguments of every call of `name(`, split at commas of the outer level.
fn calls(code: &str, name: &str) -> Vec<Vec<String>> {
    let is_whole = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let starts = code.match_indices(name).filter(|(at, _)| name.starts_with('.') || is_whole(*at));
    let inside = starts.filter_map(|(at, _)| {
        let open = at + name.len() - 1;
        Some(&code[open + 1..closing(code, open, '(', ')')?])
    });
    inside.map(arguments).collect()
}

fn arguments(list: &str) -> Vec<String> {
    let (mut depth, mut is_quoted) = (0, false);
    let parts = list.split(|c| {
        match c {
            '"' => is_quoted = !is_quoted,
            '(' | '[' | '{' if !is_quoted => depth += 1,
            ')' | ']' | '}' if !is_quoted => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0 && !is_quoted
    });
    parts.map(|part| part.trim().to_owned()).collect()
}

/// The text between the quotes, when the whole argument is one string.
fn literal(argument: &str) -> Option<&str> {
    let inside = argument.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains('"')).then_some(inside)
}

/// The keys that a source file needs: codes of refusals and fields, and texts asked for by name.
fn keys_needed(file: &SourceFile) -> Vec<String> {
    let code = file.without_tests().code_with_strings();
    let mut needed = Vec::new();
    let mut gather = |name: &str, argument: usize, prefix: &str| {
        for call in calls(&code, name) {
            if let Some(key) = call.get(argument).and_then(|argument| literal(argument)) {
                needed.push(format!("{prefix}{key}"));
            }
        }
    };
    for kind in ["not_found", "conflict", "forbidden", "invalid", "too_many", "unavailable"] {
        gather(&format!("Refusal::{kind}("), 0, "refusal.");
    }
    gather(".field(", 1, "field.");
    gather("FieldFault::new(", 1, "field.");
    gather("plain(", 1, "");
    gather("text(", 1, "");
    needed
}

/// The keys that a template asks for: whole ones, and the beginnings of those it puts together.
fn template_keys(template: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for call in calls(template, "t(") {
        let Some(value) = call.iter().find_map(|argument| argument.strip_prefix("key=")) else { continue };
        let value = value.trim();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else { continue };
        let inside = &value[1..];
        let Some(end) = inside.find(quote) else { continue };
        found.push((inside[..end].to_owned(), inside[end + 1..].trim().is_empty()));
    }
    found
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

fn texts(lang: Lang) -> BTreeMap<&'static str, String> {
    keys(lang).into_iter().map(|key| (key, text(lang, key, &[]))).collect()
}

#[test]
fn every_refusal_and_field_code_has_words_in_both_languages() {
    let mut missing = BTreeSet::new();
    let mut count = 0;
    for file in files("src", "rs").iter().filter(|file| !file.path.starts_with("src/messages/")) {
        for key in keys_needed(file) {
            count += 1;
            for lang in [Lang::Id, Lang::En].into_iter().filter(|lang| !has(*lang, &key)) {
                missing.insert(format!("{key} ({lang}) for {}", file.path));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    println!("{count} uses of message keys in src");
    assert!(count > 5, "the codes of src were found");
}

#[test]
fn every_text_of_a_template_exists_in_both_languages() {
    let known: Vec<&str> = keys(Lang::Id);
    let mut missing = BTreeSet::new();
    for file in files("templates", "html") {
        for (key, is_whole) in template_keys(&file.text) {
            let is_known =
                if is_whole { known.contains(&key.as_str()) } else { known.iter().any(|k| k.starts_with(&key)) };
            if !is_known {
                missing.insert(format!("{key} in {}", file.path));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_missing_text_would_be_seen() {
    let source = "fn f() { Err(Refusal::conflict(\"ticket-in-hand\").with(\"a\", \"(\").field(\"name\", \"taken\")) }";
    let file = SourceFile { path: "src/x.rs".into(), text: source.into() };
    assert_eq!(keys_needed(&file), ["refusal.ticket-in-hand", "field.taken"]);
    let template = "{{ t(key=\"a.b\") }} {{ t(key='state.' ~ state) }} {{ t(key=which) }} {{ format(key=\"no\") }}";
    assert_eq!(template_keys(template), [("a.b".to_owned(), true), ("state.".to_owned(), false)]);
}

#[test]
fn both_languages_fill_in_the_same_arguments() {
    let english = texts(Lang::En);
    for (key, text) in texts(Lang::Id) {
        let other = english.get(key).map(|t| placeholders(t));
        assert_eq!(Some(placeholders(&text)), other, "{key}");
    }
}

#[test]
fn no_text_is_empty_or_shows_a_key() {
    for lang in [Lang::Id, Lang::En] {
        for (key, text) in texts(lang) {
            assert!(!text.trim().is_empty() && !text.contains('⟦'), "{key} ({lang})");
        }
    }
}

#[test]
fn the_office_writes_antrean() {
    let wrong = |text: &str| text.to_lowercase().contains("antrian");
    let texts_folder = files("src/messages/texts", "toml");
    let sources = texts_folder.into_iter().chain(files("templates", "html")).chain(files("src", "rs"));
    let found: Vec<String> = sources.filter(|file| wrong(&file.text)).map(|file| file.path).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn codes_are_words_that_can_stand_in_a_urn() {
    let is_plain = |code: &str| code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    for code in keys(Lang::Id).iter().filter_map(|key| key.strip_prefix("refusal.")) {
        assert!(is_plain(code), "urn:loket:{code}");
    }
}
