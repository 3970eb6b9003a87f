//! The developer's commands: build the front end, run the site, check a change, measure it.
//! They are written in Rust so that a machine needs nothing more than rustup.
#![expect(clippy::disallowed_methods, reason = "a developer's command reads the environment, and talks to the network only on loopback")]

mod bench;
mod front;
mod postgres;
mod run;
mod shell;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Commands of the Habilis workspace")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the stylesheet, the browser code and the compressed assets.
    Front,
    /// Build everything, prepare the demonstration and serve it.
    Run(run::Options),
    /// Everything a change must pass.
    Test(test::Options),
    /// Measure a release build on loopback and print a table.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Front => shell::Workspace::find().and_then(|workspace| front::build(&workspace)),
        Command::Run(options) => run::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
