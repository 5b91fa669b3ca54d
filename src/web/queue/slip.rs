//! The 80 mm slip of a number.

use rocket::http::ContentType;
use rocket::tokio::task::spawn_blocking;

use super::api_tickets::found;
use super::bodies::own_url;
use super::words;
use crate::documents::{self, TicketSlip};
use crate::messages::{self, plain, text};
use crate::queue::{self, Place, Ticket};
use crate::sites::Site;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Prints the slip of a token. The same number is printed again as often as it is asked for.
pub async fn print(visit: &Visit<'_>, token: &str) -> Result<(ContentType, Vec<u8>), Problem> {
    let app = visit.app;
    let mut tx = app.db.read().await?;
    let (site, ticket) = found(app, queue::find_by_token(&mut tx, token).await?)?;
    let place = queue::place_of(&mut tx, (&site, &app.halls), &app.catalogue(), &ticket, app.now()).await?;
    drop(tx);
    let slip = slip(visit, &site, &ticket, place);
    let made_at = ticket.issued_at.utc();
    let printed = spawn_blocking(move || documents::ticket_slip(&slip, made_at)).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok((ContentType::PDF, bytes))
}

fn slip(visit: &Visit<'_>, site: &Site, ticket: &Ticket, place: Place) -> TicketSlip {
    let lang = visit.lang;
    TicketSlip {
        site_name: site.name.clone(),
        heading: plain(lang, "ticket.heading"),
        number: ticket.number.to_string(),
        services: words::services(&visit.app.catalogue(), ticket, lang),
        taken_at: messages::date_and_time(lang, ticket.issued_at, site.zone),
        people_ahead: words::people_ahead(lang, place.people_ahead),
        estimate: words::estimate(lang, place),
        scan: plain(lang, "ticket.scan"),
        qr_payload: own_url(visit.app, ticket),
        note: vec![text(lang, "ticket.note", &[("site", site.address.clone())])],
        document_id: ticket.id.to_string(),
        mark: visit.app.config.demo.then(|| plain(lang, "ticket.mark")),
    }
}
