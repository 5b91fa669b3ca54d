//! Tables as CSV (RFC 4180) that a spreadsheet opens without running anything in them.

/// A table as CSV, first line the column names.
pub fn csv(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut text = header.join(",") + "\r\n";
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(&harmless(cell))).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell that a spreadsheet would read as a formula begins with an apostrophe.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_and_commas_quoted() {
        let cells = ["=1+1", "+62", "-2", "@SUM(A1)", "a,\"b\"", "Loket 3", "\tx"].map(str::to_owned).to_vec();
        assert_eq!(csv(&["a", "b"], [cells]), "a,b\r\n'=1+1,'+62,'-2,'@SUM(A1),\"a,\"\"b\"\"\",Loket 3,'\tx\r\n");
    }
}
