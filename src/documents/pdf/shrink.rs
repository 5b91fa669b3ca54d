//! Compression of a finished file. What is the same in permit after permit, the reduced faces and the colour profile, is
//! compressed once; it holds no personal data. The bytes are those of compressing each anew.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lopdf::{Document, Object, Stream};

use crate::keys::sha256;

/// Streams that are remembered; further ones begin anew.
const REMEMBERED: usize = 64;
/// How a TrueType file begins.
const TRUE_TYPE: &[u8] = &[0, 1, 0, 0];

static DONE: Mutex<Option<HashMap<Vec<u8>, Arc<Stream>>>> = Mutex::new(None);

/// Compresses every stream that allows it.
pub fn compress(graph: &mut Document) {
    for object in graph.objects.values_mut() {
        if let Object::Stream(stream) = object
            && stream.allows_compression
            && is_of_many(stream)
        {
            let done = compressed(stream);
            if let Ok(filter) = done.dict.get(b"Filter") {
                stream.dict.set("Filter", filter.clone());
                stream.set_content(done.content.clone());
            }
        }
    }
    graph.compress();
}

/// A face or a colour profile.
fn is_of_many(stream: &Stream) -> bool {
    !stream.dict.has(b"Filter") && (stream.content.starts_with(TRUE_TYPE) || stream.dict.has(b"N"))
}

fn compressed(stream: &Stream) -> Arc<Stream> {
    let name = sha256(&stream.content);
    let known = DONE.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|done| done.get(&name).cloned());
    if let Some(known) = known {
        return known;
    }
    let mut fresh = stream.clone();
    // A stream that cannot be made smaller stays as it is.
    let _ = fresh.compress();
    let fresh = Arc::new(fresh);
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    let done = done.get_or_insert_default();
    if done.len() >= REMEMBERED {
        done.clear();
    }
    done.insert(name, Arc::clone(&fresh));
    fresh
}
