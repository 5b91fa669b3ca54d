//! A member of staff and what each role may do (pure).

use serde::Serialize;

use crate::ids::{OfficerId, SiteId};

crate::ids::words! {
    /// What a member of staff is trusted with. Clerk, population officer and supervisor act in their site, the others
    /// in the whole agency.
    pub enum Role {
        /// Petugas loket.
        Clerk = "clerk",
        /// Petugas kependudukan.
        PopulationOfficer = "population_officer",
        /// Verifikator (JF Penata Perizinan).
        Verifier = "verifier",
        /// Tim teknis of a technical OPD.
        TechnicalOfficer = "technical_officer",
        /// Kepala bidang.
        SectionHead = "section_head",
        /// Kepala dinas.
        Head = "head",
        /// Bendahara penerimaan.
        Treasurer = "treasurer",
        /// Penyelia.
        Supervisor = "supervisor",
        /// Administrator.
        Admin = "admin",
        /// May call somebody out of order; given to a clerk beside the own role, and part of the supervisor's.
        OutOfOrder = "out_of_order",
    }
}

/// A member of staff.
#[derive(Clone, Debug, Serialize)]
pub struct Officer {
    /// Identity.
    pub id: OfficerId,
    /// The name typed at sign-in.
    pub username: String,
    /// Full name with titles.
    pub name: String,
    /// Civil-service number, 18 digits as printed.
    pub nip: Option<String>,
    /// Position, as in a signer block.
    pub position: Option<String>,
    /// Civil-service rank (pangkat).
    pub rank: Option<String>,
    /// The site of site-bound roles.
    pub site: Option<SiteId>,
    /// Roles held now.
    pub roles: Vec<Role>,
}

impl Officer {
    /// Whether a role is held.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The job: the first role held that is more than a permission.
    pub fn job(&self) -> Option<Role> {
        self.roles.iter().copied().find(|role| *role != Role::OutOfOrder)
    }

    /// Whether any of these roles is held.
    pub fn is_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.is(*role))
    }
}
