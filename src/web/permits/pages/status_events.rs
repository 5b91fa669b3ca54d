//! Live events of a status page: that something about the file changed, and nothing of what. The page then reads itself
//! again; without scripts it is read again by hand.

use std::sync::Arc;
use std::time::Duration;

use rocket::response::stream::stream;
use rocket::tokio;
use rocket::{Route, Shutdown, State, get, routes};
use serde_json::json;

use crate::permits::{self, Mark};
use crate::web::app::App;
use crate::web::problem::Problem;
use crate::web::queue::{Live, event};

/// Between two looks at the file: it changes some times a day, so one small question is enough.
const PAUSE: Duration = Duration::from_secs(4);
/// Looks after which a sign of life is sent, so that a broken line is noticed.
const BEAT: u32 = 5;

/// Routes of these events.
pub fn routes() -> Vec<Route> {
    routes![changes]
}

/// A `changed` event whenever the file of a code is no longer as it was.
#[get("/status/perubahan?<kode>")]
async fn changes(kode: &str, app: &State<Arc<App>>, mut end: Shutdown) -> Result<Live, Problem> {
    let app = Arc::clone(app);
    let mut seen: Mark = permits::find_mark(&mut app.db.glance().await?, kode).await?;
    let mut pause = tokio::time::interval(PAUSE);
    Ok(Live(Box::pin(stream! {
        for looks in 1_u32.. {
            tokio::select! {
                _ = pause.tick() => {}
                () = &mut end => break,
            }
            // What cannot be read now is told with a later look.
            let found = look(&app, &seen).await;
            if let Some(mark) = found.filter(|mark| *mark != seen) {
                seen = mark;
                yield event("changed", &json!({}));
            } else if looks.is_multiple_of(BEAT) {
                yield event("beat", &json!({}));
            }
        }
    })))
}

async fn look(app: &App, seen: &Mark) -> Option<Mark> {
    let mut tx = app.db.glance().await.ok()?;
    permits::find_mark(&mut tx, seen.code.text()).await.ok()
}
