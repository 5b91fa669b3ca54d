//! How ids, moments, dates and words become columns of both databases.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};
use uuid::Uuid;

use crate::clock::{Day, Instant};
use crate::ids::each_id;

/// Stores `$outer` as `$inner`, by the two conversions given.
macro_rules! column {
    ($outer:ty, $inner:ty, $to:expr, $from:expr) => {
        impl<DB: sqlx::Database> sqlx::Type<DB> for $outer
        where
            $inner: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$inner as sqlx::Type<DB>>::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$inner as sqlx::Type<DB>>::compatible(ty)
            }
        }
        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $outer
        where
            $inner: sqlx::Encode<'q, DB>,
        {
            fn encode_by_ref(
                &self,
                buf: &mut <DB as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                let to: fn(&$outer) -> $inner = $to;
                to(self).encode(buf)
            }
        }
        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $outer
        where
            $inner: sqlx::Decode<'r, DB>,
        {
            fn decode(value: <DB as sqlx::Database>::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let from: fn($inner) -> Result<$outer, sqlx::error::BoxDynError> = $from;
                from(<$inner as sqlx::Decode<'r, DB>>::decode(value)?)
            }
        }
    };
}
pub(crate) use column;

/// Stores an enum of words as text.
macro_rules! word_column {
    ($name:ident) => {
        $crate::db::column!($name, String, |word| word.word().to_owned(), |text| Ok(text.parse::<$name>()?));
    };
}
pub(crate) use word_column;

macro_rules! id_columns {
    ($($name:ident),+) => {$(
        column!(crate::ids::$name, Uuid, |id| id.0, |uuid| Ok(crate::ids::$name(uuid)));
    )+};
}
each_id!(id_columns);

column!(Instant, i64, |at| at.0, |micros| Ok(Instant(micros)));
column!(Day, String, |day| day.to_string(), |text| Day::parse(&text)
    .ok_or_else(|| format!("`{text}` is no date").into()));

/// JSON kept as text: the same on both databases, read in Rust only.
#[derive(Clone, Debug)]
pub struct JsonText<T>(pub T);

impl<DB: Database, T> Type<DB> for JsonText<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <String as Type<DB>>::type_info()
    }
    fn compatible(ty: &DB::TypeInfo) -> bool {
        <String as Type<DB>>::compatible(ty)
    }
}

impl<'q, DB: Database, T: serde::Serialize> Encode<'q, DB> for JsonText<T>
where
    String: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buf: &mut <DB as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        serde_json::to_string(&self.0)?.encode(buf)
    }
}

impl<'r, DB: Database, T: serde::de::DeserializeOwned> Decode<'r, DB> for JsonText<T>
where
    String: Decode<'r, DB>,
{
    fn decode(value: <DB as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <String as Decode<'r, DB>>::decode(value)?;
        Ok(JsonText(serde_json::from_str(&text)?))
    }
}
