use std::sync::mpsc::{Sender, channel};
use std::time::SystemTime;

use super::*;

/// A disk that writes when it is told to, and then tells what it wrote.
struct Slow {
    go: Receiver<()>,
    wrote: Sender<usize>,
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.go.recv().map_err(io::Error::other)?;
        let _gone = self.wrote.send(bytes.split(|byte| *byte == b'\n').count() - 1);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write(lines: &Lines) {
    let line = Line { host: None, asked: None, status: 200, length: None, end: None };
    lines.write(&line, Times { now: SystemTime::UNIX_EPOCH, seconds: 0.0 });
}

#[tokio::test]
async fn a_slow_disk_holds_up_nobody_and_lines_are_left_out() {
    let ((told, go), (wrote, written)) = (channel(), channel());
    let lines = Lines::start(Format::Text, Box::new(Slow { go, wrote })).unwrap();
    let count = WAITING_MAX * 3;
    for _ in 0..count {
        write(&lines);
    }
    let left_out = usize::try_from(lines.left_out.load(Ordering::Relaxed)).unwrap();
    assert!(left_out >= WAITING_MAX && left_out < count, "{left_out}");
    for _ in 0..count {
        told.send(()).unwrap();
    }
    timeout(Duration::from_secs(20), lines.end()).await.unwrap();
    let written: usize = written.try_iter().sum();
    assert_eq!(written, count - left_out);
}

#[tokio::test]
async fn one_that_fails_goes_on() {
    struct Broken;

    impl Write for Broken {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let lines = Lines::start(Format::Json, Box::new(Broken)).unwrap();
    write(&lines);
    write(&lines);
    timeout(Duration::from_secs(20), lines.end()).await.unwrap();
}
