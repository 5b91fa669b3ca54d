//! The structure of a document (ISO 32000-1, 14.7): what a screen reader reads, in which order.

/// What a part of a document is; the standard structure types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Document,
    Heading,
    Paragraph,
    Table,
    Row,
    /// Says what stands beside it in the row.
    HeadCell,
    /// Says what stands below it in the column.
    ColumnHead,
    Cell,
    List,
    Entry,
    Counter,
    EntryText,
    Figure,
}

impl Role {
    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Role::Document => "Document",
            Role::Heading => "H1",
            Role::Paragraph => "P",
            Role::Table => "Table",
            Role::Row => "TR",
            Role::HeadCell | Role::ColumnHead => "TH",
            Role::Cell => "TD",
            Role::List => "L",
            Role::Entry => "LI",
            Role::Counter => "Lbl",
            Role::EntryText => "LBody",
            Role::Figure => "Figure",
        }
    }

    /// What a head of a table speaks for.
    pub fn scope(self) -> Option<&'static str> {
        match self {
            Role::HeadCell => Some("Row"),
            Role::ColumnHead => Some("Column"),
            Role::Document
            | Role::Heading
            | Role::Paragraph
            | Role::Table
            | Role::Row
            | Role::Cell
            | Role::List
            | Role::Entry
            | Role::Counter
            | Role::EntryText
            | Role::Figure => None,
        }
    }

    /// Whether it holds other parts instead of text.
    pub fn groups(self) -> bool {
        match self {
            Role::Document | Role::Table | Role::Row | Role::List | Role::Entry => true,
            Role::Heading
            | Role::Paragraph
            | Role::HeadCell
            | Role::ColumnHead
            | Role::Cell
            | Role::Counter
            | Role::EntryText
            | Role::Figure => false,
        }
    }
}

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub role: Role,
    /// The part it stands in; the document stands in itself.
    pub parent: usize,
    /// What a picture shows, in words.
    pub alt: Option<String>,
}

/// All parts; the first is the document, and each stands after its parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree(Vec<Node>);

impl Tree {
    /// The place of the document itself.
    pub const ROOT: usize = 0;

    pub fn new() -> Tree {
        Tree(vec![Node { role: Role::Document, parent: Tree::ROOT, alt: None }])
    }

    /// Adds a part at the end of its parent.
    pub fn add(&mut self, role: Role, parent: usize, alt: Option<String>) -> usize {
        self.0.push(Node { role, parent, alt });
        self.0.len() - 1
    }

    pub fn nodes(&self) -> &[Node] {
        &self.0
    }

    /// What a part is; a place beyond the tree counts as a paragraph.
    pub fn role(&self, node: usize) -> Role {
        self.0.get(node).map_or(Role::Paragraph, |node| node.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_after_its_parent() {
        let mut tree = Tree::new();
        let table = tree.add(Role::Table, Tree::ROOT, None);
        let row = tree.add(Role::Row, table, None);
        tree.add(Role::Cell, row, None);
        assert!(tree.nodes().iter().enumerate().skip(1).all(|(at, node)| node.parent < at));
        assert_eq!((tree.role(row), tree.role(99)), (Role::Row, Role::Paragraph));
    }
}
