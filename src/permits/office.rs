//! The offices a file goes through, and the role that works in each (pure).

use crate::identity::Role;

crate::ids::words! {
    /// The office in which an act is done; the five-people rule counts by office.
    pub enum Office {
        /// Loket pendaftaran.
        Intake = "intake",
        /// Back office.
        Verification = "verification",
        /// Tim teknis.
        Recommendation = "recommendation",
        /// Bendahara penerimaan.
        Payment = "payment",
        /// Kepala bidang.
        Paraf = "paraf",
        /// Kepala dinas.
        Signature = "signature",
        /// Loket penyerahan.
        Handover = "handover",
        /// Penyelia: gives files to other people, decides nothing.
        Supervision = "supervision",
        /// Loket itself.
        System = "system",
    }
}

impl Office {
    /// The role that works in it; `None` = Loket itself.
    pub fn role(self) -> Option<Role> {
        match self {
            Office::Intake | Office::Handover => Some(Role::Clerk),
            Office::Verification => Some(Role::Verifier),
            Office::Recommendation => Some(Role::TechnicalOfficer),
            Office::Payment => Some(Role::Treasurer),
            Office::Paraf => Some(Role::SectionHead),
            Office::Signature => Some(Role::Head),
            Office::Supervision => Some(Role::Supervisor),
            Office::System => None,
        }
    }
}
