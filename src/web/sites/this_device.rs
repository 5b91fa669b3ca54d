//! Which paired device a request comes from.

use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome};
use rocket::time::Duration;

use crate::db::StoreError;
use crate::ids::DeviceId;
use crate::sites::Site;
use crate::sites::devices::{self, Device, DeviceKind};
use crate::web::app::App;
use crate::web::problem::Problem;
use crate::web::visit::{app_of, fail};

/// Days a browser keeps the secret: no browser keeps any longer.
const KEPT_DAYS: i64 = 400;

/// The device whose secret the browser keeps, if it is one that may work.
pub struct ThisDevice(pub Option<Device>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for ThisDevice {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let Some(app) = app_of(request) else { return fail(request, Problem::failure(&"no office")) };
        match find(app, request.cookies()).await {
            Ok(device) => Outcome::Success(ThisDevice(device)),
            Err(error) => fail(request, error.into()),
        }
    }
}

async fn find(app: &App, jar: &CookieJar<'_>) -> Result<Option<Device>, StoreError> {
    let Some(cookie) = jar.get(cookie_name(app)) else { return Ok(None) };
    let found = devices::find_by_token(&mut app.db.read().await?, cookie.value()).await?;
    let Some(device) = found.filter(Device::is_paired) else { return Ok(None) };
    let now = app.now();
    // A sign of life a minute is enough; every write costs the disk.
    if device.seen_at.is_none_or(|seen| now.minutes_since(seen) >= 1) {
        let mut tx = app.db.begin().await?;
        devices::seen(&mut tx, device.id, now).await?;
        tx.commit().await?;
    }
    Ok(Some(device))
}

fn cookie_name(app: &App) -> &'static str {
    if app.config.secure_cookies { "__Host-loket-device" } else { "loket-device" }
}

/// Gives the browser the secret of the device it is from now on.
pub fn keep(app: &App, jar: &CookieJar<'_>, token: String) {
    let cookie = Cookie::build((cookie_name(app), token))
        .path("/")
        .http_only(true)
        .secure(app.config.secure_cookies)
        .same_site(SameSite::Strict)
        .max_age(Duration::days(KEPT_DAYS));
    jar.add(cookie);
}

impl ThisDevice {
    /// Whether this browser may be a kiosk or board of a site: anywhere, or where the site demands it, when paired.
    pub fn may_be(&self, kind: DeviceKind, site: &Site) -> bool {
        !site.paired_only || self.of(kind, site).is_some()
    }

    /// Where this kiosk prints its slips.
    pub fn printer(&self, site: &Site) -> Option<DeviceId> {
        self.of(DeviceKind::Kiosk, site).and_then(|kiosk| kiosk.printer)
    }

    fn of(&self, kind: DeviceKind, site: &Site) -> Option<&Device> {
        self.0.as_ref().filter(|device| device.kind == kind && device.site == site.id)
    }
}
