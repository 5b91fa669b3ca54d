//! The structure of the document in the file (ISO 32000-1, 14.7 and 14.8): what a screen reader follows.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary, text_string};

use super::Tagged;
use super::finish::catalog;
use crate::documents::PaperError;
use crate::documents::structure::Node;

/// Adds the tree and ties the pages to it.
///
/// # Errors
/// [`PaperError::Writer`] when the graph has other pages than the drawing.
pub fn add(graph: &mut Document, tagged: &Tagged) -> Result<(), PaperError> {
    let pages: Vec<ObjectId> = graph.get_pages().into_values().collect();
    let nodes = tagged.tree.nodes();
    let root = graph.new_object_id();
    let ids: Vec<ObjectId> = nodes.iter().map(|_| graph.new_object_id()).collect();
    let contents = contents(tagged, &pages);
    for (at, node) in nodes.iter().enumerate() {
        let parent = if at == node.parent { root } else { ids[node.parent] };
        let children = nodes.iter().enumerate().skip(1).filter(|(_, child)| child.parent == at);
        let children: Vec<Object> = children.map(|(child, _)| ids[child].into()).collect();
        graph.objects.insert(ids[at], element(node, parent, children, &contents[at]).into());
    }
    let parents = tagged.pages.iter().map(|marks| marks.iter().map(|node| Object::from(ids[*node])).collect());
    let parents: Vec<Vec<Object>> = parents.collect();
    add_parents(graph, root, &pages, parents)?;
    let tree = graph.get_dictionary_mut(root).map_err(|error| PaperError::Writer(error.to_string()))?;
    tree.set("K", ids[0]);
    let catalog = catalog(graph)?;
    catalog.set("StructTreeRoot", root);
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    Ok(())
}

/// For each node its marked contents: page and number on the page.
fn contents(tagged: &Tagged, pages: &[ObjectId]) -> Vec<Vec<(ObjectId, usize)>> {
    let mut contents = vec![Vec::new(); tagged.tree.nodes().len()];
    for (page, marks) in pages.iter().zip(&tagged.pages) {
        for (number, node) in marks.iter().enumerate() {
            contents[*node].push((*page, number));
        }
    }
    contents
}

fn element(node: &Node, parent: ObjectId, children: Vec<Object>, contents: &[(ObjectId, usize)]) -> Dictionary {
    let mut element = dictionary! { "Type" => "StructElem", "S" => node.role.name(), "P" => parent };
    let mut kids = children;
    if let Some((first, _)) = contents.first() {
        element.set("Pg", *first);
        kids.extend(contents.iter().map(|(page, number)| content(page == first, *page, *number)));
    }
    if let Some(alt) = &node.alt {
        element.set("Alt", text_string(alt));
    }
    if let Some(scope) = node.role.scope() {
        element.set("A", dictionary! { "O" => "Table", "Scope" => scope });
    }
    element.set("K", kids);
    element
}

fn content(on_first_page: bool, page: ObjectId, number: usize) -> Object {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    if on_first_page {
        return number.into();
    }
    dictionary! { "Type" => "MCR", "Pg" => page, "MCID" => number }.into()
}

/// The way back: from a marked content on a page to its element.
fn add_parents(
    graph: &mut Document,
    root: ObjectId,
    pages: &[ObjectId],
    parents: Vec<Vec<Object>>,
) -> Result<(), PaperError> {
    if pages.len() != parents.len() {
        return Err(PaperError::Writer(format!("{} pages written, {} drawn", pages.len(), parents.len())));
    }
    let mut numbers: Vec<Object> = Vec::new();
    for ((key, page), elements) in (0_i64..).zip(pages).zip(parents) {
        let page = graph.get_dictionary_mut(*page).map_err(|error| PaperError::Writer(error.to_string()))?;
        page.set("StructParents", key);
        page.set("Tabs", "S");
        numbers.extend([key.into(), Object::Reference(graph.add_object(elements))]);
    }
    let next = i64::try_from(pages.len()).unwrap_or(i64::MAX);
    let numbers = graph.add_object(dictionary! { "Nums" => numbers });
    let tree = dictionary! { "Type" => "StructTreeRoot", "ParentTree" => numbers, "ParentTreeNextKey" => next };
    graph.objects.insert(root, tree.into());
    Ok(())
}
