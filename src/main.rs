//! The `loket` command.

fn main() -> std::process::ExitCode {
    rocket::execute(loket::cli::main())
}
