//! Identifiers: one type for each noun, so that a ticket's id cannot stand where a counter's is wanted.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id that sorts by the moment of its making, in microseconds since 1970 (UUID version 7).
            pub fn new(unix_micros: i64) -> Self {
                Self(version_7(unix_micros))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+
    /// Calls a macro once with every id type.
    macro_rules! each_id {
        ($then:ident) => { $then!($($name),+); };
    }
    pub(crate) use each_id;
    };
}

id! {
    /// A mall or office.
    SiteId,
    /// A counter (loket) of a site.
    CounterId,
    /// A kiosk, board or printer.
    DeviceId,
    /// A member of staff.
    OfficerId,
    /// One time somebody was named to act for another.
    DelegationId,
    /// A signed-in session.
    SessionId,
    /// A person of the local population register.
    ResidentId,
    /// One view of population data.
    LookupId,
    /// Stored bytes.
    DocumentId,
    /// A file that comes in pieces.
    TransferId,
    /// A visitor's number.
    TicketId,
    /// One matter of a visit.
    StopId,
    /// One time the order was overruled.
    OverruleId,
    /// An appointment (janji temu).
    AppointmentId,
    /// A permit application (permohonan).
    ApplicationId,
    /// A permit in the register.
    PermitId,
    /// A population document that is followed here.
    CivilRequestId,
    /// Two numbers that may be one person.
    DoubleId,
    /// What was recorded of a person's life.
    LifeEventId,
    /// Work left for after a commit.
    NoticeId,
}

fn version_7(unix_micros: i64) -> Uuid {
    let seconds = u64::try_from(unix_micros / 1_000_000).unwrap_or(0);
    let nanos = u32::try_from(unix_micros.rem_euclid(1_000_000) * 1000).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

/// An enum whose variants are words in the database and the API.
macro_rules! words {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in the database and the API.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::ids::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($name::$variant),)+
                    other => Err($crate::ids::UnknownWord { of: stringify!($name), word: other.to_owned() }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use words;

/// A word that none of the values of an enum has.
#[derive(Debug, thiserror::Error)]
#[error("`{word}` is no {of}")]
pub struct UnknownWord {
    /// The enum.
    pub of: &'static str,
    /// What was read.
    pub word: String,
}
