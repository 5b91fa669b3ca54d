//! A device of the hall: what it is and whether it may work (pure).

use super::CODE_MINUTES;
use crate::clock::Instant;
use crate::ids::{DeviceId, SiteId};

crate::ids::words! {
    /// What a device does.
    pub enum DeviceKind {
        /// Visitors take numbers there.
        Kiosk = "kiosk",
        /// Shows who is called.
        Board = "board",
        /// Prints slips over the network.
        Printer = "printer",
    }
}

/// A kiosk, board or printer that was announced at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Identity.
    pub id: DeviceId,
    /// Where it stands.
    pub site: SiteId,
    /// What it does.
    pub kind: DeviceKind,
    /// As staff call it: `Kiosk pintu utara`.
    pub name: String,
    /// A printer's `host:port`.
    pub address: Option<String>,
    /// Where a kiosk prints its slips.
    pub printer: Option<DeviceId>,
    /// Whether a printer reports that it has printed.
    pub answers: bool,
    /// The one-time code, while it has not been used, and until when.
    pub code: Option<(String, Instant)>,
    /// When it was paired.
    pub paired_at: Option<Instant>,
    /// When it was seen last.
    pub seen_at: Option<Instant>,
    /// When it was taken out of service.
    pub revoked_at: Option<Instant>,
}

crate::ids::words! {
    /// How far a device is.
    pub enum DeviceState {
        /// A code waits to be typed.
        Waiting = "waiting",
        /// The code was not used in time.
        Expired = "expired",
        /// It works.
        Paired = "paired",
        /// It may not work any more.
        Revoked = "revoked",
    }
}

impl Device {
    /// How far it is now.
    pub fn state(&self, now: Instant) -> DeviceState {
        match (self.revoked_at, self.paired_at, &self.code) {
            (Some(_), _, _) => DeviceState::Revoked,
            (None, Some(_), _) => DeviceState::Paired,
            (None, None, Some((_, until))) if now < *until => DeviceState::Waiting,
            (None, None, _) => DeviceState::Expired,
        }
    }

    /// Whether it may work.
    pub fn is_paired(&self) -> bool {
        self.paired_at.is_some() && self.revoked_at.is_none()
    }

    /// Whether it was seen within the last minutes.
    pub fn is_awake(&self, now: Instant) -> bool {
        self.seen_at.is_some_and(|seen| now.minutes_since(seen) < CODE_MINUTES / 2)
    }
}

/// The code as it is kept, from what a person types: letters that look like digits are taken as them.
pub fn code_typed(text: &str) -> String {
    let plain = text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase());
    plain
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Device {
        Device {
            id: DeviceId::new(1),
            site: SiteId::new(1),
            kind: DeviceKind::Kiosk,
            name: "Kiosk 1".to_owned(),
            address: None,
            printer: None,
            answers: false,
            code: Some(("0A1B2C3D".to_owned(), Instant(600_000_000))),
            paired_at: None,
            seen_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_device_waits_for_its_code_then_works_until_it_is_revoked() {
        let fresh = device();
        assert_eq!(fresh.state(Instant(599_999_999)), DeviceState::Waiting);
        assert_eq!(fresh.state(Instant(600_000_000)), DeviceState::Expired);
        let paired = Device { code: None, paired_at: Some(Instant(5)), ..fresh };
        assert_eq!(paired.state(Instant(900_000_000)), DeviceState::Paired);
        let revoked = Device { revoked_at: Some(Instant(6)), ..paired };
        assert_eq!((revoked.state(Instant(7)), revoked.is_paired()), (DeviceState::Revoked, false));
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["0a1b-2c3d", " OAIB 2C3D ", "oalb2c3d"] {
            assert_eq!(code_typed(typed), "0A1B2C3D", "{typed}");
        }
    }
}
