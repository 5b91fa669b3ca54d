//! Ids as parts of an address; anything else is an address that does not exist.

use rocket::request::FromParam;

use crate::ids::each_id;

macro_rules! from_param {
    ($($name:ident),+) => {$(
        impl<'a> FromParam<'a> for crate::ids::$name {
            type Error = uuid::Error;
            fn from_param(text: &'a str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    )+};
}
each_id!(from_param);
