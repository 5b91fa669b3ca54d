//! Every text a person reads, in Indonesian and English, from message files; and refusals, which carry no text
//! but a code whose words stand there.

mod format;
mod refusal;
mod spelled;

use std::collections::HashMap;
use std::sync::OnceLock;

use rust_embed::RustEmbed;

pub use format::{clock_time, date, date_and_time, long_date, rupiah, weekday_date};
pub use refusal::{FieldFault, Kind, Refusal};
pub use spelled::rupiah_in_words;

crate::ids::words! {
    /// The language of a page.
    pub enum Lang {
        /// Indonesian, the default.
        Id = "id",
        /// English.
        En = "en",
    }
}

#[derive(RustEmbed)]
#[folder = "src/messages/texts"]
struct Files;

type Texts = HashMap<String, String>;

/// The text of a key with `{name}` replaced by its argument. An unknown key shows itself, so that a test can find it.
pub fn text(lang: Lang, key: &str, args: &[(&str, String)]) -> String {
    let Some(pattern) = pattern(lang, key) else {
        return format!("⟦{key}⟧");
    };
    args.iter().fold(pattern.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The text of a key without arguments.
pub fn plain(lang: Lang, key: &str) -> String {
    text(lang, key, &[])
}

/// Whether a key has a text in this language.
pub fn has(lang: Lang, key: &str) -> bool {
    pattern(lang, key).is_some()
}

/// Every key of a language.
pub fn keys(lang: Lang) -> Vec<&'static str> {
    texts(lang).keys().map(String::as_str).collect()
}

fn pattern(lang: Lang, key: &str) -> Option<&'static str> {
    texts(lang).get(key).map(String::as_str)
}

fn texts(lang: Lang) -> &'static Texts {
    static ID: OnceLock<Texts> = OnceLock::new();
    static EN: OnceLock<Texts> = OnceLock::new();
    match lang {
        Lang::Id => ID.get_or_init(|| load(".id.toml")),
        Lang::En => EN.get_or_init(|| load(".en.toml")),
    }
}

fn load(ending: &str) -> Texts {
    Files::iter().filter(|name| name.ends_with(ending)).flat_map(|name| read_file(&name)).collect()
}

/// A file that cannot be read gives no keys; the tests compare the keys of both languages and of the templates.
fn read_file(name: &str) -> Texts {
    let bytes = Files::get(name).map(|file| file.data.into_owned()).unwrap_or_default();
    toml::from_str(&String::from_utf8_lossy(&bytes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_file_can_be_read() {
        for name in Files::iter() {
            let bytes = Files::get(&name).unwrap().data.into_owned();
            let read: Result<Texts, _> = toml::from_str(std::str::from_utf8(&bytes).unwrap());
            assert!(read.is_ok(), "{name}: {read:?}");
        }
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let mut id = keys(Lang::Id);
        let mut en = keys(Lang::En);
        id.sort_unstable();
        en.sort_unstable();
        assert_eq!(id, en);
    }
}
