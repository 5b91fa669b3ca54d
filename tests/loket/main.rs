//! Everything that is not a pure rule, one module per noun.

mod documents;
