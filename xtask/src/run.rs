//! `cargo xtask run`: from a clean checkout to a site in the browser, saying what is being done.

use std::net::SocketAddr;
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result};

use crate::front;
use crate::shell::{self, Workspace, note, step};

#[derive(clap::Args)]
pub struct Options {
    /// Optimised build: slower to compile, faster to use.
    #[arg(long)]
    release: bool,
    /// Without the demonstration: no accounts, requests or mailbox.
    #[arg(long)]
    no_demo: bool,
}

pub fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    front::build(&workspace)?;

    step("server: compiling (the first time takes a few minutes)");
    let mut build = workspace.cargo();
    build.args(["build", "--package", "habilis"]);
    if options.release {
        build.arg("--release");
    }
    shell::run(&mut build)?;

    let habilis = |arguments: &[&str]| {
        let mut command = Command::new(workspace.binary(options.release));
        command.args(arguments).current_dir(&workspace.root);
        configure(&mut command, &workspace, !options.no_demo);
        command
    };
    step("database: bringing the schema up to date");
    shell::run(&mut habilis(&["migrate"]))?;
    if options.no_demo {
        note("no demonstration data, as asked");
    } else {
        step("demonstration: accounts, services and requests to play with");
        shell::run(&mut habilis(&["demo", "seed"]))?;
    }
    step("serving; stop with Ctrl-C");
    let status = become_it(&mut habilis(&["serve"]))?;
    std::process::exit(status.code().unwrap_or(1))
}

/// Gives the values of a developer's machine to the settings that neither the environment nor a configuration file sets.
fn configure(command: &mut Command, workspace: &Workspace, demo: bool) {
    let mut default = |name: &str, value: String| {
        if shell::env(name).is_none() {
            command.env(name, value);
        }
    };
    default("HABILIS_SITE_DIR", workspace.site().display().to_string());
    if shell::env("HABILIS_CONFIG").is_none() {
        let listen = shell::env("HABILIS_LISTEN").and_then(|value| value.into_string().ok());
        let listen = listen.unwrap_or_else(|| "127.0.0.1:3000".into());
        default("HABILIS_BASE_URL", format!("http://localhost:{}", port(&listen)));
        default("HABILIS_LISTEN", listen);
        default("HABILIS_DATA_DIR", workspace.root.join("data").display().to_string());
    }
    command.env("HABILIS_DEMO", demo.to_string());
}

/// The port of an address; one that cannot be read is left for the server to refuse with its own message.
fn port(listen: &str) -> u16 {
    listen.parse().map_or(3000, |address: SocketAddr| address.port())
}

/// Replaces this process by the server, so that Ctrl-C, other signals and the exit code are the server's own.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<ExitStatus> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).with_context(|| format!("cannot start `{}`", shell::shown(command)))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<ExitStatus> {
    let status = command.status();
    status.with_context(|| format!("cannot start `{}`", shell::shown(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_follows_the_port() {
        assert_eq!(port("127.0.0.1:8081"), 8081);
        assert_eq!(port("[::]:9000"), 9000);
        assert_eq!(port("nonsense"), 3000);
    }
}
