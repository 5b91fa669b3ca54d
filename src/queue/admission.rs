//! Whether a number is given now: the calendar decides, with the numbers of the day counted in the same transaction.

use crate::calendar::{self, Asked, Calendar, Opening, Said, ServiceLimit, Shut};
use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::messages::{Lang, Refusal};
use crate::sites::Site;

use super::store::limits;

/// Refuses a number for services that are not given one now. The limit of each service is held until the transaction
/// ends: two visitors never take the same last place of a day.
pub(super) async fn admit(
    tx: &mut Tx,
    site: &Site,
    catalogue: &Catalogue,
    services: &[String],
    now: Instant,
) -> Outcome<()> {
    if site.always_open {
        return Ok(());
    }
    let calendar = calendar::load(tx).await?;
    let doors = calendar.opening(site, now, None);
    if !doors.is_open() {
        return Err(refusal(&doors, site, None, now).into());
    }
    let mut limited: Vec<&String> = services.iter().filter(|s| calendar.find_limit(site.id, s).is_some()).collect();
    // One order for everybody: two visitors with the same services never wait for each other.
    limited.sort_unstable();
    for code in limited {
        let Some(limit) = calendar::hold_limit(tx, site.id, code).await? else { continue };
        let opening = calendar.opening(site, now, Some(used(tx, site, &limit, now).await?));
        if !opening.is_open() {
            return Err(refusal(&opening, site, Some((catalogue, code)), now).into());
        }
    }
    Ok(())
}

/// How each limited service of a site stands now, by code.
pub async fn list_limited(
    tx: &mut Tx,
    site: &Site,
    calendar: &Calendar,
    now: Instant,
) -> Result<Vec<(String, Opening)>, StoreError> {
    let mut all = Vec::new();
    for limit in calendar.list_limits(site.id) {
        let asked = used(tx, site, limit, now).await?;
        all.push((limit.service.clone(), calendar.opening(site, now, Some(asked))));
    }
    Ok(all)
}

async fn used(tx: &mut Tx, site: &Site, limit: &ServiceLimit, now: Instant) -> Result<Asked, StoreError> {
    let issued = match limit.quota {
        Some(_) => limits::count_given(tx, site.id, now.day(site.zone), &limit.service).await?,
        None => 0,
    };
    Ok(Asked { quota: limit.quota, issued, cut_off: limit.cut_off })
}

/// What a visitor hears: why there is no number, and when there is one again.
fn refusal(opening: &Opening, site: &Site, service: Option<(&Catalogue, &str)>, now: Instant) -> Refusal {
    let code = match opening {
        Opening::Break { .. } => Refusal::conflict("site-on-break"),
        Opening::QuotaUsed { .. } => Refusal::conflict("quota-used"),
        Opening::Closed { why: Shut::CutOff(_), .. } => Refusal::conflict("service-cut-off"),
        Opening::Closed { .. } | Opening::Open { .. } => Refusal::conflict("site-closed"),
    };
    let said = |lang| -> Said { opening.said(lang, site, now) };
    let name = |lang: Lang| match service {
        Some((catalogue, code)) => {
            catalogue.find(code).map_or_else(|| code.to_owned(), |found| found.service.name.of(lang).to_owned())
        }
        None => String::new(),
    };
    code.with("site", &site.name)
        .worded("service", name)
        .worded("why", |lang| said(lang).title)
        .worded("next", |lang| said(lang).next)
}
