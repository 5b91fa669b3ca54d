//! Who may enter, as types in the signature of a handler.

use std::ops::Deref;

use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};

use super::problem::Problem;
use super::visit::{SignedIn, fail, signed_in};
use crate::identity::Role;
use crate::messages::Refusal;

macro_rules! guards {
    ($($(#[$doc:meta])* $name:ident: [$($role:ident),+];)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub SignedIn);

        impl Deref for $name {
            type Target = SignedIn;
            fn deref(&self) -> &SignedIn {
                &self.0
            }
        }

        #[rocket::async_trait]
        impl<'r> FromRequest<'r> for $name {
            type Error = Problem;
            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
                match staff_with(request, &[$(Role::$role),+]).await {
                    Ok(staff) => Outcome::Success($name(staff)),
                    Err(problem) => fail(request, problem),
                }
            }
        }
    )+};
}

guards! {
    /// Anybody who is signed in.
    Staff: [Clerk, PopulationOfficer, Verifier, TechnicalOfficer, SectionHead, Head, Treasurer, Supervisor, Admin];
    /// Names who acts for an absent official.
    Appointer: [Head, Admin];
    /// Reads the register books.
    BookReader: [SectionHead, Head, Supervisor, Admin];
    /// Sees which paper folders are out.
    FolderWatch: [Supervisor, SectionHead, Head, Admin];
    /// Sees what waits for a signature.
    SignatureWatch: [Head, Supervisor, Admin];
    /// Works a counter: clerk or population officer.
    DeskStaff: [Clerk, PopulationOfficer];
    /// Looks people up in the population register, for a stated purpose.
    RegisterReader: [Clerk, PopulationOfficer, Verifier];
    /// Sees the hall of a site.
    HallStaff: [Clerk, PopulationOfficer, Supervisor, Admin];
    /// Population officer.
    PopulationOfficer: [PopulationOfficer];
    /// Looks at permits that a life event concerns.
    Reviewer: [Head, Supervisor];
    /// Looks at people who may be one.
    DoublesReviewer: [PopulationOfficer, Supervisor];
    /// Clerk.
    Clerk: [Clerk];
    /// Verifier.
    Verifier: [Verifier];
    /// Technical officer.
    TechnicalOfficer: [TechnicalOfficer];
    /// Section head.
    SectionHead: [SectionHead];
    /// Head of agency.
    Head: [Head];
    /// Treasurer.
    Treasurer: [Treasurer];
    /// Supervisor or administrator.
    Supervisor: [Supervisor, Admin];
    /// Administrator.
    Admin: [Admin];
}

/// Whoever is signed in, also when the role demands a second factor that is still missing.
#[rocket::async_trait]
impl<'r> FromRequest<'r> for SignedIn {
    type Error = Problem;
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        match signed_in(request).await {
            Ok(Some(staff)) => Outcome::Success(staff.clone()),
            Ok(None) => fail(request, Problem::of_status(Status::Unauthorized)),
            Err(problem) => fail(request, problem.clone()),
        }
    }
}

async fn staff_with(request: &Request<'_>, roles: &[Role]) -> Result<SignedIn, Problem> {
    match signed_in(request).await {
        Err(problem) => Err(problem.clone()),
        Ok(None) => Err(Problem::of_status(Status::Unauthorized)),
        Ok(Some(staff)) if staff.factor_missing => Err(Refusal::forbidden("second-factor-needed").into()),
        Ok(Some(staff)) if staff.officer.is_any(roles) => Ok(staff.clone()),
        Ok(Some(_)) => Err(Refusal::forbidden("wrong-role").into()),
    }
}
