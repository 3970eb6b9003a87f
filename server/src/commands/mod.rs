//! One binary, one sub-command for each thing an operator does.

mod client;
mod clock;
mod copies;
mod journal;
mod logs;
mod seed;
mod serve;
mod user;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::{App, config::Config, serve as server};

/// Habilitations, identity broker and data gateway for public bodies.
#[derive(Parser)]
#[command(name = "habilis", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer HTTP requests until told to stop.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Read the configuration and list every mistake in it.
    CheckConfig,
    /// Print the OpenAPI description of the data gateway.
    Openapi,
    /// The demonstration.
    Demo {
        #[command(subcommand)]
        command: DemoCommand,
    },
    /// Service providers of the broker.
    Client {
        #[command(subcommand)]
        command: client::ClientCommand,
    },
    /// What happened to requests, and what those who run the site did.
    Journal {
        #[command(subcommand)]
        command: journal::JournalCommand,
    },
    /// Reminders, ends of validity, legal limits.
    Clock {
        #[command(subcommand)]
        command: clock::ClockCommand,
    },
    /// Accounts of the portal.
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
}

#[derive(Subcommand)]
enum DemoCommand {
    /// Fill an empty database with people, requests and a service that works.
    Seed(seed::Seed),
    /// Add requests by the hundred thousand, copies of a few, for measures.
    Copies(copies::Copies),
}

/// A command that ends with a code of its own; any other error ends with 1.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failed {
    pub code: u8,
    pub message: String,
}

impl Cli {
    pub fn run(self) -> anyhow::Result<()> {
        let config = Config::load()?;
        logs::init(config.log_format);
        if matches!(self.command, Command::CheckConfig) {
            println!("The configuration is valid.");
            return Ok(());
        }
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(self.command, config))
    }
}

async fn run(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::serve(config).await,
        Command::Migrate => migrate(&config).await,
        Command::CheckConfig => Ok(()),
        Command::Openapi => {
            let description = gateway::openapi(&catalogue::shipped()?, &config.base_url);
            println!("{}", serde_json::to_string_pretty(&description)?);
            Ok(())
        }
        Command::Demo { command: DemoCommand::Seed(seed) } => seed.run(open(config).await?).await,
        Command::Demo { command: DemoCommand::Copies(copies) } => copies.run(open(config).await?).await,
        Command::Client { command } => command.run(open(config).await?).await,
        Command::Journal { command } => command.run(open(config).await?).await,
        Command::Clock { command } => command.run(open(config).await?).await,
        Command::User { command } => command.run(open(config).await?).await,
    }
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("creating {}", config.data_dir.display()))?;
    let db = store::connect(&config.database_url).await.context("connecting to the database")?;
    store::migrate(&db).await.context("migrating")?;
    Ok(())
}

/// The application with its schema up to date, for commands that write.
async fn open(config: Config) -> anyhow::Result<App> {
    migrate(&config).await?;
    server::build(config, server::Senses::default()).await
}
