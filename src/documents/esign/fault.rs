//! What can go wrong with the national signature, and what to do about it (pure).

crate::ids::words! {
    /// Why a file has no national signature yet. The words for a person stand in the message files under
    /// `esign.fault_<word>`.
    pub enum EsignFault {
        /// Nobody answers at the address.
        Unreachable = "unreachable",
        /// No whole answer in time.
        TimedOut = "timed_out",
        /// The client sends elsewhere; nothing is sent there.
        Redirected = "redirected",
        /// Status 5xx: the file, the place on the page or the client itself; the cause is not told.
        ServerError = "server_error",
        /// The account of the office is not accepted (status 401 or 403).
        AccountRefused = "account_refused",
        /// More than anybody reads.
        TooLarge = "too_large",
        /// Neither a PDF nor what the service describes.
        Unreadable = "unreadable",
        /// A PDF, but not ours with one further signature.
        Altered = "altered",
        /// 2031: the passphrase is wrong.
        WrongPassphrase = "wrong_passphrase",
        /// 2011: the official is not registered.
        NotRegistered = "not_registered",
        /// Refused for another reason, told as a number only.
        Refused = "refused",
    }
}

crate::ids::words! {
    /// How the certificate of an official stands at the authority, in its own words.
    pub enum CertificateState {
        /// Can be used.
        Issue = "ISSUE",
        /// Can be used; ends soon.
        Renew = "RENEW",
        /// Over.
        Expired = "EXPIRED",
        /// Asked for, not verified yet.
        WaitingForVerification = "WAITING_FOR_VERIFICATION",
        /// Asked for.
        New = "NEW",
        /// Registered without one.
        NoCertificate = "NO_CERTIFICATE",
        /// Nobody of that NIK.
        NotRegistered = "NOT_REGISTERED",
        /// Suspended.
        Suspend = "SUSPEND",
        /// Revoked.
        Revoke = "REVOKE",
    }
}

impl CertificateState {
    /// Whether it can sign now.
    pub fn can_sign(self) -> bool {
        matches!(self, CertificateState::Issue | CertificateState::Renew)
    }
}

impl EsignFault {
    /// Whether trying again by itself may help. The others wait for a person: a wrong passphrase is never tried
    /// twice, since the authority locks an account.
    pub fn passes(self) -> bool {
        match self {
            EsignFault::Unreachable
            | EsignFault::TimedOut
            | EsignFault::Redirected
            | EsignFault::ServerError
            | EsignFault::AccountRefused
            | EsignFault::TooLarge
            | EsignFault::Unreadable
            | EsignFault::Altered
            | EsignFault::Refused => true,
            EsignFault::WrongPassphrase | EsignFault::NotRegistered => false,
        }
    }

    /// Whether the client itself is down, so that asking for the next file now is of no use.
    pub fn is_outage(self) -> bool {
        matches!(self, EsignFault::Unreachable | EsignFault::TimedOut)
    }

    /// What a status and the number in its body mean.
    pub(super) fn of(status: u16, number: Option<i64>) -> EsignFault {
        match (status, number) {
            (_, Some(2031)) => EsignFault::WrongPassphrase,
            (_, Some(2011)) => EsignFault::NotRegistered,
            (300..=399, _) => EsignFault::Redirected,
            (401 | 403, _) => EsignFault::AccountRefused,
            (500.., _) => EsignFault::ServerError,
            (_, _) => EsignFault::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_in_the_body_says_more_than_the_status() {
        assert_eq!(EsignFault::of(400, Some(2031)), EsignFault::WrongPassphrase);
        assert_eq!(EsignFault::of(400, Some(2011)), EsignFault::NotRegistered);
        assert_eq!(EsignFault::of(400, Some(9999)), EsignFault::Refused);
        assert_eq!(EsignFault::of(500, None), EsignFault::ServerError);
        assert_eq!(EsignFault::of(401, None), EsignFault::AccountRefused);
        assert_eq!(EsignFault::of(302, None), EsignFault::Redirected);
    }

    #[test]
    fn a_wrong_passphrase_is_never_tried_again_by_itself() {
        assert!(!EsignFault::WrongPassphrase.passes() && !EsignFault::NotRegistered.passes());
        assert!(EsignFault::Unreachable.passes() && EsignFault::ServerError.passes());
    }
}
