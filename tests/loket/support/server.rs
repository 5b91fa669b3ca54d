//! The real program on a real port, started and ended like an operating system would.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The program without the settings of the machine the tests run on.
pub fn program(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars().filter(|(name, _)| is_setting(name)) {
        command.env_remove(name);
    }
    command
}

/// A running `loket serve`. Dropped, it is killed.
pub struct Server {
    child: Child,
    log: PathBuf,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
}

impl Server {
    /// Starts the program without public limits on a data folder and waits until it is ready.
    pub async fn start(binary: &Path, folder: &Path) -> Server {
        Server::start_with(binary, folder, &[("LOKET_PUBLIC_PER_MINUTE", "0")]).await
    }

    /// The same with settings of the test's own.
    pub async fn start_with(binary: &Path, folder: &Path, settings: &[(&str, &str)]) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = folder.join("server.log");
        let child = program(binary)
            .arg("serve")
            .current_dir(folder)
            .env("LOKET_DATA_DIR", folder)
            .envs(settings.iter().copied())
            .env("ROCKET_ADDRESS", "127.0.0.1")
            .env("ROCKET_PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn();
        let mut server = Server { child: child.unwrap(), log, url: format!("http://127.0.0.1:{port}") };
        server.wait_until_ready().await;
        server
    }

    async fn wait_until_ready(&mut self) {
        let client = reqwest::Client::new();
        for _ in 0..1200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended with {status}:\n{}", std::fs::read_to_string(&self.log).unwrap());
            }
            let answer = client.get(format!("{}/readyz", self.url)).send().await;
            if answer.is_ok_and(|a| a.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the server is not ready after 30 s:\n{}", std::fs::read_to_string(&self.log).unwrap());
    }

    /// A figure the operating system keeps of the process: `stat`, `status`.
    pub fn figures(&self, of: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{of}", self.child.id())).unwrap()
    }

    /// Memory the process occupies, in KiB.
    pub fn memory(&self) -> u64 {
        let status = self.figures("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// SIGKILL: no destructor, no last write.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killed before: nothing is left to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Whether the program would read a variable as a setting; those of the test run are not meant for it.
fn is_setting(name: &str) -> bool {
    name.starts_with("LOKET_") || name.starts_with("ROCKET_") || name == "DATABASE_URL"
}
