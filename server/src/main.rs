//! The `habilis` binary: sub-commands for operators, scripts and the service manager.

use std::process::ExitCode;

use clap::Parser;
use habilis::commands::{Cli, Failed};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    habilis::boot::keep_to_ourselves();
    // Two crypto providers are in the tree: without a choice the first TLS connection would panic.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("habilis: {error:#}");
            error.downcast_ref::<Failed>().map_or(ExitCode::FAILURE, |failed| ExitCode::from(failed.code))
        }
    }
}
