//! Whether a later revision of a file leaves everything a reader shows as it was.

use lopdf::{Dictionary, Document, Object, ObjectId};

/// Keys of the catalogue a signature may bring along: its field, its rules, its proofs of validity.
const CATALOG: [&[u8]; 6] = [b"AcroForm", b"DSS", b"Extensions", b"Metadata", b"Perms", b"Version"];
/// Keys of the properties every program that adds a revision writes again; title and author are not among them.
const PROPERTIES: [&[u8]; 2] = [b"ModDate", b"Producer"];

/// Whether every object of `base` is the same in `longer`, but for the list of signature fields and the dates of
/// the file, and whether what was
/// added to the pages is the field of a signature within `place` (left, bottom, width, height), or nowhere.
pub fn is_same_but_signature(base: &[u8], longer: &[u8], place: Option<[u32; 4]>) -> bool {
    let (Ok(before), Ok(after)) = (Document::load_mem(base), Document::load_mem(longer)) else { return false };
    let Some(open) = open_objects(&before) else { return false };
    let same = before.objects.iter().all(|(id, object)| match after.objects.get(id) {
        Some(found) if found == object => true,
        Some(found) => open.allows(*id, object, found),
        None => false,
    });
    same && before.get_pages() == after.get_pages() && added_fields_fit(&before, &after, place)
}

/// The objects a signature must write again.
struct Open {
    catalog: ObjectId,
    form: Option<ObjectId>,
    pages: Vec<ObjectId>,
    lists: Vec<ObjectId>,
    properties: Option<ObjectId>,
    metadata: Option<ObjectId>,
}

fn open_objects(before: &Document) -> Option<Open> {
    let catalog = before.trailer.get(b"Root").ok()?.as_reference().ok()?;
    let form = before.get_dictionary(catalog).ok()?.get(b"AcroForm").ok().and_then(|form| form.as_reference().ok());
    let pages: Vec<ObjectId> = before.get_pages().into_values().collect();
    let dictionaries = pages.iter().copied().chain(form).filter_map(|id| before.get_dictionary(id).ok());
    let lists = dictionaries.flat_map(|dict| [dict.get(b"Annots"), dict.get(b"Fields")]);
    let lists = lists.filter_map(|list| list.ok()?.as_reference().ok()).collect();
    let properties = before.trailer.get(b"Info").ok().and_then(|info| info.as_reference().ok());
    let metadata = before.get_dictionary(catalog).ok()?.get(b"Metadata").ok().and_then(|data| data.as_reference().ok());
    Some(Open { catalog, form, pages, lists, properties, metadata })
}

impl Open {
    fn allows(&self, id: ObjectId, before: &Object, after: &Object) -> bool {
        if self.lists.contains(&id) {
            return begins_with(before, after);
        }
        if Some(id) == self.metadata {
            return true;
        }
        let (Ok(before), Ok(after)) = (before.as_dict(), after.as_dict()) else { return false };
        if id == self.catalog {
            differ_only_in(before, after, &CATALOG)
        } else if Some(id) == self.properties {
            differ_only_in(before, after, &PROPERTIES)
        } else if Some(id) == self.form {
            differ_only_in(before, after, &[b"Fields", b"SigFlags", b"DR", b"DA"])
        } else {
            self.pages.contains(&id) && differ_only_in(before, after, &[b"Annots"])
        }
    }
}

fn differ_only_in(before: &Dictionary, after: &Dictionary, keys: &[&[u8]]) -> bool {
    let others = |dict: &Dictionary| {
        let mut dict = dict.clone();
        for key in keys {
            dict.remove(key);
        }
        dict
    };
    others(before) == others(after)
}

fn begins_with(before: &Object, after: &Object) -> bool {
    match (before.as_array(), after.as_array()) {
        (Ok(before), Ok(after)) => after.starts_with(before),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
    }
}

/// What stands on the pages now and did not before.
fn added_fields_fit(before: &Document, after: &Document, place: Option<[u32; 4]>) -> bool {
    after.get_pages().into_values().all(|page| {
        let (old, new) = (annotations(before, page), annotations(after, page));
        new.starts_with(&old) && new[old.len()..].iter().all(|added| is_field_within(after, added, place))
    })
}

fn annotations(document: &Document, page: ObjectId) -> Vec<Object> {
    let list = document.get_dictionary(page).ok().and_then(|page| page.get(b"Annots").ok());
    let list = list.and_then(|list| document.dereference(list).ok()).and_then(|(_, list)| list.as_array().ok());
    list.cloned().unwrap_or_default()
}

fn is_field_within(document: &Document, added: &Object, place: Option<[u32; 4]>) -> bool {
    let field = document.dereference(added).ok().and_then(|(_, field)| field.as_dict().ok());
    let Some(field) = field else { return false };
    let is = |key: &[u8], word: &[u8]| field.get(key).and_then(Object::as_name).is_ok_and(|name| name == word);
    let rect = field.get(b"Rect").and_then(Object::as_array);
    let rect: Option<Vec<f32>> = rect.ok().and_then(|rect| rect.iter().map(|at| at.as_float().ok()).collect());
    is(b"Subtype", b"Widget") && is(b"FT", b"Sig") && rect.is_some_and(|rect| is_within(&rect, place))
}

fn is_within(rect: &[f32], place: Option<[u32; 4]>) -> bool {
    let [left, bottom, right, top] = *rect else { return false };
    let Some(place) = place else { return left == right || bottom == top };
    let [x, y, width, height] = place.map(|at| at as f32);
    // A point of tolerance: services round.
    left >= x - 1.0 && bottom >= y - 1.0 && right <= x + width + 1.0 && top <= y + height + 1.0
}
