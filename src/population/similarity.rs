//! How alike two texts are (pure).

/// 0 to 100: how alike two texts are when case, punctuation and spacing are passed over.
pub fn similarity(a: &str, b: &str) -> i64 {
    let (a, b) = (normal(a), normal(b));
    let longer = a.len().max(b.len());
    if longer == 0 {
        return 100;
    }
    let alike = longer - edits(&a, &b);
    i64::try_from(alike * 100 / longer).unwrap_or(0)
}

/// Upper case letters and digits, one space between words. An apostrophe within a word is left out.
fn normal(text: &str) -> Vec<char> {
    let kept: String = text
        .to_uppercase()
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '`'))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect()
}

/// Levenshtein distance: the letters to insert, leave out or change.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_spacing_and_punctuation_do_not_count() {
        assert_eq!(similarity("SITI  AMINAH", "siti aminah"), 100);
        assert_eq!(similarity("Nur'aini", "NURAINI"), 100);
        assert_eq!(similarity("M. ALI", "M ALI"), 100);
        assert_eq!(similarity("", ""), 100);
    }

    #[test]
    fn one_wrong_letter_of_a_long_name_is_still_alike_and_another_name_is_not() {
        assert_eq!(similarity("MUHAMMAD RIZKY PRATAMA", "MUHAMAD RIZKY PRATAMA"), 95);
        assert!(similarity("SITI AMINAH", "SITI AMINA") < 95);
        assert!(similarity("SITI AMINAH", "BUDI SANTOSO") < 40);
        assert_eq!(similarity("SITI", ""), 0);
    }

    proptest! {
        #[test]
        fn likeness_is_mutual_and_between_0_and_100(a in "[A-Za-z .']{0,30}", b in "[A-Za-z .']{0,30}") {
            prop_assert_eq!(similarity(&a, &b), similarity(&b, &a));
            prop_assert!((0..=100).contains(&similarity(&a, &b)));
            prop_assert_eq!(similarity(&a, &a), 100);
        }
    }
}
