//! Reads the source as text for the tests of the house: comments and strings apart from code.

use std::fs;
use std::path::{Path, PathBuf};

/// One file of the repository.
pub struct SourceFile {
    /// Path from the root of the repository.
    pub path: String,
    /// As it stands.
    pub text: String,
}

/// A function and the lines it takes, from `fn` to its closing brace.
pub struct Function {
    /// Name.
    pub name: String,
    /// Line of `fn`, from 1.
    pub line: usize,
    /// Lines.
    pub length: usize,
}

impl SourceFile {
    /// The code alone: comments and the insides of strings become blanks; lines stay where they are.
    pub fn code(&self) -> String {
        blank(&self.text, false)
    }

    /// Code with its strings; comments become blanks.
    pub fn code_with_strings(&self) -> String {
        blank(&self.text, true)
    }

    /// The part before the unit tests.
    pub fn without_tests(&self) -> SourceFile {
        let text = self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        SourceFile { path: self.path.clone(), text: text.to_owned() }
    }

    /// Every function with a body.
    pub fn functions(&self) -> Vec<Function> {
        let code = self.code();
        code.match_indices("fn ").filter_map(|(at, _)| function_at(&code, at)).collect()
    }

    /// How many lines the file has.
    pub fn lines(&self) -> usize {
        self.text.lines().count()
    }
}

/// Every file under a folder whose name ends with `.extension`, in order of path.
pub fn files(folder: &str, extension: &str) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join(folder), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|e| e == extension));
    paths.sort();
    paths
        .into_iter()
        .map(|path| SourceFile {
            path: path.strip_prefix(root).unwrap().display().to_string(),
            text: fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

/// One file by its path from the root of the repository.
pub fn read(path: &str) -> SourceFile {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    SourceFile { path: path.to_owned(), text: text.unwrap_or_else(|e| panic!("{path}: {e}")) }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn function_at(code: &str, at: usize) -> Option<Function> {
    let before = code[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let name: String = code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let body = code[at..].find(['{', ';']).map(|offset| at + offset)?;
    if name.is_empty() || code.as_bytes()[body] == b';' {
        return None;
    }
    let end = closing(code, body, '{', '}')?;
    let line = code[..at].matches('\n').count() + 1;
    Some(Function { name, line, length: code[at..end].matches('\n').count() + 1 })
}

/// The place of the bracket that closes the one at `open`.
pub fn closing(code: &str, open: usize, opens: char, closes: char) -> Option<usize> {
    let mut depth = 0;
    for (offset, c) in code[open..].char_indices() {
        if c == opens {
            depth += 1;
        } else if c == closes {
            depth -= 1;
            if depth == 0 {
                return Some(open + offset);
            }
        }
    }
    None
}

/// Walks the text once; what is neither code nor wanted becomes blank, line breaks stay.
fn blank(text: &str, keep_strings: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (length, is_code) = next_piece(rest, out.chars().next_back());
        let piece = &rest[..length];
        let is_string = !is_code && !piece.starts_with('/');
        if is_code || (is_string && keep_strings) {
            out.push_str(piece);
        } else {
            out.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        rest = &rest[length..];
    }
    out
}

/// Length of the next piece, and whether it is code: a comment, a string, a character literal, or one character.
fn next_piece(rest: &str, before: Option<char>) -> (usize, bool) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), false);
    }
    if rest.starts_with("/*") {
        return (rest.find("*/").map_or(rest.len(), |end| end + 2), false);
    }
    let starts_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if starts_word && let Some(length) = raw_string(rest) {
        return (length, false);
    }
    if rest.starts_with('"') {
        return (quoted(rest, '"'), false);
    }
    if rest.starts_with('\'') && is_character(rest) {
        return (quoted(rest, '\''), false);
    }
    (rest.chars().next().map_or(1, char::len_utf8), true)
}

fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    let inside = after[hashes..].strip_prefix('"')?;
    let ending = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - inside.len();
    Some(inside.find(&ending).map_or(rest.len(), |end| start + end + ending.len()))
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
}

/// Tells a character literal from a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    let (first, second) = (chars.next(), chars.next());
    first == Some('\\') || (first.is_some() && second == Some('\''))
}

#[test]
fn comments_and_strings_are_told_from_code() {
    let text = "let a = \"fn x() { // no\"; // crate::web\nfn b<'a>(c: char) { let d = '{'; let e = r#\"}\"\"#; }\n";
    let file = SourceFile { path: "x.rs".into(), text: text.into() };
    assert!(!file.code().contains("crate::web"));
    assert_eq!(file.code().len(), text.len());
    assert!(file.code_with_strings().contains("fn x()"));
    let functions = file.functions();
    assert_eq!(functions.iter().map(|f| (f.name.as_str(), f.line, f.length)).collect::<Vec<_>>(), [("b", 2, 1)]);
}
