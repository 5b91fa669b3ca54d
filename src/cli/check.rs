//! `loket check`: whether the store still tells the truth.

use std::process::ExitCode;

use serde_json::json;
use uuid::Uuid;

use super::args::Args;
use super::open::{self, CliError};
use super::store;
use crate::audit;
use crate::db::{StoreError, Tx};
use crate::ids::DocumentId;
use crate::keys::sha256;

/// What was looked at and what is wrong.
#[derive(Default)]
struct Checked {
    audit_lines: i64,
    documents: usize,
    found: Vec<String>,
}

/// Checks everything that must never break; exit 1 when something is wrong.
pub async fn check(args: &Args, as_json: bool) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    let db = open::store(&config).await?;
    let mut tx = db.read().await?;
    let mut checked = Checked::default();
    check_audit(&mut tx, &mut checked).await?;
    check_numbers(&mut tx, &mut checked).await?;
    check_bytes(&mut tx, &mut checked).await?;
    drop(tx);
    db.close().await;
    report(&checked, as_json);
    Ok(if checked.found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn check_audit(tx: &mut Tx, checked: &mut Checked) -> Result<(), StoreError> {
    let (lines, breaks) = audit::check(tx).await?;
    checked.audit_lines = lines;
    checked.found.extend(breaks.iter().map(|b| format!("audit line {}: {}", b.seq, b.what)));
    Ok(())
}

/// The register and the queue numbers have no gap.
async fn check_numbers(tx: &mut Tx, checked: &mut Checked) -> Result<(), StoreError> {
    for (register, year, rows, last) in store::list_register_gaps(tx).await? {
        checked.found.push(format!("register {register} {year}: {rows} rows, last number {last}"));
    }
    for (site, day, letter, rows, last) in store::list_ticket_gaps(tx).await? {
        checked.found.push(format!("queue {site} {day} {letter}: {rows} tickets, last number {last}"));
    }
    Ok(())
}

/// Every stored file has its digest, and every issued permit its file.
async fn check_bytes(tx: &mut Tx, checked: &mut Checked) -> Result<(), StoreError> {
    let bare = store::list_permits_without_bytes(tx).await?;
    checked.found.extend(bare.iter().map(|number| format!("permit {number}: the signed file is missing")));
    let mut last = DocumentId(Uuid::nil());
    loop {
        let page = store::list_documents(tx, last).await?;
        let Some((newest, ..)) = page.last() else { return Ok(()) };
        last = *newest;
        checked.documents += page.len();
        let changed = page.iter().filter(|(_, digest, bytes)| sha256(bytes) != *digest);
        checked.found.extend(changed.map(|(id, ..)| format!("document {id}: the bytes are not those of the digest")));
    }
}

fn report(checked: &Checked, as_json: bool) {
    let Checked { audit_lines, documents, found } = checked;
    if as_json {
        println!("{}", json!({ "audit_lines": audit_lines, "documents": documents, "found": found }));
        return;
    }
    for line in found {
        println!("WRONG  {line}");
    }
    let verdict = if found.is_empty() { "nothing wrong" } else { "see the list" };
    println!("{audit_lines} audit lines and {documents} stored files checked: {verdict}");
}
