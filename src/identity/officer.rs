//! A member of staff and what each role may do (pure).

use serde::{Deserialize, Serialize};

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
    /// Roles held now, those of a delegation that runs among them.
    pub roles: Vec<Role>,
    /// For whom this officer acts now.
    pub acting: Vec<Acting>,
}

crate::ids::words! {
    /// How somebody does the work of an office that is not the own one.
    pub enum ActingKind {
        /// Pelaksana harian: for days in which its holder cannot.
        Plh = "plh",
        /// Pelaksana tugas: while it has no holder.
        Plt = "plt",
    }
}

impl ActingKind {
    /// As it stands before the position on paper.
    pub fn prefix(self) -> &'static str {
        match self {
            ActingKind::Plh => "Plh.",
            ActingKind::Plt => "Plt.",
        }
    }
}

/// An office held for somebody else, as papers and the history name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// The role of the office.
    pub role: Role,
    /// For days, or for a vacancy.
    pub kind: ActingKind,
    /// The position as papers print it, without Plh. or Plt.
    pub position: String,
    /// The letter of the order (surat perintah).
    pub letter_number: String,
}

impl Acting {
    /// `Plh. KEPALA DINAS …`.
    pub fn title(&self) -> String {
        format!("{} {}", self.kind.prefix(), self.position)
    }
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

    /// For whom the officer acts in a role that is not the own one.
    pub fn acting_as(&self, role: Role) -> Option<&Acting> {
        self.acting.iter().find(|acting| acting.role == role)
    }

    /// Adds what is done for others: an own role stays the own one.
    pub(super) fn take_on(&mut self, acting: Vec<Acting>) {
        for one in acting {
            if !self.roles.contains(&one.role) {
                self.roles.push(one.role);
                self.acting.push(one);
            }
        }
    }

    /// Whether any of these roles is held.
    pub fn is_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.is(*role))
    }
}
