//! What differs between two texts, line by line (pure).

use serde::Serialize;

/// Lines shown around a change.
const AROUND: usize = 2;

/// One line of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffLine {
    /// `same`, `gone`, `new`, or `gap` where equal lines are left out.
    pub kind: &'static str,
    /// Its number: in the old text for what is gone, else in the new one.
    pub n: usize,
    /// The line.
    pub text: String,
}

/// The changed lines with those around them; empty when the texts are the same.
pub fn difference(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.trim_end().lines().collect(), new.trim_end().lines().collect());
    shortened(all_lines(&old, &new))
}

/// By the longest common part: what is not in it is gone or new.
fn all_lines(old: &[&str], new: &[&str]) -> Vec<DiffLine> {
    let common = common_lengths(old, new);
    let line = |kind, n: usize, text: &str| DiffLine { kind, n: n + 1, text: text.to_owned() };
    let (mut a, mut b, mut lines) = (0, 0, Vec::new());
    while a < old.len() || b < new.len() {
        if a < old.len() && b < new.len() && old[a] == new[b] {
            lines.push(line("same", b, new[b]));
            (a, b) = (a + 1, b + 1);
        } else if b >= new.len() || (a < old.len() && common[a + 1][b] >= common[a][b + 1]) {
            lines.push(line("gone", a, old[a]));
            a += 1;
        } else {
            lines.push(line("new", b, new[b]));
            b += 1;
        }
    }
    lines
}

/// `[a][b]`: how many lines the texts have in common from there on.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            common[a][b] =
                if old[a] == new[b] { common[a + 1][b + 1] + 1 } else { common[a + 1][b].max(common[a][b + 1]) };
        }
    }
    common
}

fn shortened(lines: Vec<DiffLine>) -> Vec<DiffLine> {
    let changed: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].kind != "same").collect();
    let is_near = |at: usize| changed.iter().any(|near| near.abs_diff(at) <= AROUND);
    let mut short: Vec<DiffLine> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        if is_near(at) {
            short.push(line);
        } else if !changed.is_empty() && short.last().is_none_or(|last| last.kind != "gap") {
            short.push(DiffLine { kind: "gap", n: 0, text: "…".to_owned() });
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<(&'static str, String)> {
        difference(old, new).into_iter().map(|line| (line.kind, line.text)).collect()
    }

    #[test]
    fn the_same_text_has_no_difference() {
        assert_eq!(difference("a\nb\n", "a\nb"), []);
    }

    #[test]
    fn changed_lines_stand_with_those_around_them() {
        let lines = shown("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nvier\n5\n6\n7\n8");
        let kinds: Vec<&str> = lines.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, ["gap", "same", "same", "gone", "new", "same", "same", "same", "new"]);
        assert_eq!((lines[3].1.as_str(), lines[4].1.as_str()), ("4", "vier"));
    }
}
