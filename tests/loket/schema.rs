//! Both migration folders make the same tables.

use std::collections::BTreeSet;

use loket::db::Db;
use loket::db::FilePool;
use sqlx::PgPool;

use crate::source::files;
use crate::support::{on_postgres, on_sqlite};

/// What a column can hold, as far as both databases know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    Number,
    Truth,
    Bytes,
    Id,
}

/// One column: table, name, whether it may be empty, what it holds.
type Column = (String, String, bool, Kind);

/// What one database holds: columns, names of indexes, foreign keys (table, column, table referred to).
#[derive(Debug, Default)]
struct Schema {
    columns: BTreeSet<Column>,
    indexes: BTreeSet<(String, bool)>,
    foreign_keys: BTreeSet<(String, String, String)>,
}

const SQLITE_COLUMNS: &str = "SELECT m.name, p.name, p.\"notnull\", p.type FROM sqlite_master m \
    JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'";
const SQLITE_INDEXES: &str =
    "SELECT name, sql LIKE 'CREATE UNIQUE%' FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
const SQLITE_KEYS: &str = "SELECT m.name, f.\"from\", f.\"table\" FROM sqlite_master m \
    JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text, column_name::text, is_nullable = 'NO', data_type::text \
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
const POSTGRES_INDEXES: &str = "SELECT c.relname::text, i.indisunique FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' \
    AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)";
const POSTGRES_KEYS: &str = "SELECT k.conrelid::regclass::text, a.attname::text, k.confrelid::regclass::text FROM pg_constraint k \
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) WHERE k.contype = 'f'";

/// SQLite has one whole-number type; a truth is one that the other database declares so.
fn kind_of(declared: &str) -> Kind {
    match declared {
        "TEXT" | "text" | "character varying" => Kind::Text,
        "INTEGER" | "bigint" | "integer" => Kind::Number,
        "boolean" => Kind::Truth,
        "BLOB" | "bytea" => Kind::Bytes,
        "uuid" => Kind::Id,
        other => panic!("a column of type `{other}`: this test does not know it"),
    }
}

fn columns(rows: Vec<(String, String, bool, String)>) -> BTreeSet<Column> {
    rows.into_iter()
        .map(|(table, name, is_required, declared)| (table, name, !is_required, kind_of(&declared)))
        .collect()
}

async fn sqlite_schema(pool: &FilePool) -> Schema {
    let mut lent = pool.lend().await.unwrap();
    let file = lent.connection().unwrap();
    Schema {
        columns: columns(sqlx::query_as(SQLITE_COLUMNS).fetch_all(&mut *file).await.unwrap()),
        indexes: sqlx::query_as(SQLITE_INDEXES).fetch_all(&mut *file).await.unwrap().into_iter().collect(),
        foreign_keys: sqlx::query_as(SQLITE_KEYS).fetch_all(&mut *file).await.unwrap().into_iter().collect(),
    }
}

async fn postgres_schema(pool: &PgPool) -> Schema {
    Schema {
        columns: columns(sqlx::query_as(POSTGRES_COLUMNS).fetch_all(pool).await.unwrap()),
        indexes: sqlx::query_as(POSTGRES_INDEXES).fetch_all(pool).await.unwrap().into_iter().collect(),
        foreign_keys: sqlx::query_as(POSTGRES_KEYS).fetch_all(pool).await.unwrap().into_iter().collect(),
    }
}

/// Columns of one that the other does not have, or has otherwise.
fn differences(sqlite: &Schema, postgres: &Schema) -> Vec<String> {
    let as_in_sqlite = |kind: Kind| match kind {
        Kind::Text => Kind::Text,
        Kind::Number | Kind::Truth => Kind::Number,
        Kind::Bytes | Kind::Id => Kind::Bytes,
    };
    let plain = |(table, name, optional, kind): &Column| (table.clone(), name.clone(), *optional, as_in_sqlite(*kind));
    let other: BTreeSet<Column> = postgres.columns.iter().map(plain).collect();
    let columns = sqlite.columns.symmetric_difference(&other).map(|column| format!("{column:?}"));
    let indexes = sqlite.indexes.symmetric_difference(&postgres.indexes).map(|index| format!("{index:?}"));
    let keys = sqlite.foreign_keys.symmetric_difference(&postgres.foreign_keys).map(|key| format!("{key:?}"));
    columns.chain(indexes).chain(keys).collect()
}

async fn read_sqlite(db: Db) {
    let Db::Sqlite { writer, .. } = &db else { panic!("a SQLite file was asked for") };
    let schema = sqlite_schema(writer).await;
    on_postgres("both_migration_folders_make_the_same_tables", |db| async move {
        let Db::Postgres(pool, _) = &db else { panic!("a PostgreSQL was asked for") };
        let other = postgres_schema(pool).await;
        let differences = differences(&schema, &other);
        assert!(differences.is_empty(), "{differences:#?}");
        println!("{} columns and {} indexes are the same", schema.columns.len(), schema.indexes.len());
        assert!(schema.columns.len() > 50, "the tables were read");
    })
    .await;
}

#[tokio::test]
async fn both_migration_folders_make_the_same_tables() {
    on_sqlite(read_sqlite).await;
}

#[tokio::test]
async fn a_column_missing_on_one_side_would_be_seen() {
    on_sqlite(|db| async move {
        let Db::Sqlite { writer, .. } = &db else { panic!("a SQLite file was asked for") };
        let whole = sqlite_schema(writer).await;
        sqlx::query("ALTER TABLE counter ADD COLUMN colour TEXT")
            .execute(writer.lend().await.unwrap().connection().unwrap())
            .await
            .unwrap();
        let changed = sqlite_schema(writer).await;
        assert_eq!(differences(&whole, &changed), ["(\"counter\", \"colour\", true, Text)"]);
    })
    .await;
}

#[test]
fn both_migration_folders_hold_the_same_names() {
    let names = |folder: &str| -> Vec<String> {
        files(folder, "sql").into_iter().filter_map(|file| file.path.rsplit('/').next().map(str::to_owned)).collect()
    };
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}

#[test]
fn every_sqlite_table_is_strict() {
    for file in files("migrations/sqlite", "sql") {
        let tables = file.text.matches("CREATE TABLE").count();
        assert_eq!(tables, file.text.matches(") STRICT").count(), "{}", file.path);
    }
}
