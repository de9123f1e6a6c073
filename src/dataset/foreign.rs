//! Formats that are known and not read: what they are, and the line that makes arrays of them.

use super::stored::Stored;
use crate::error::Result;

/// A format by its first bytes.
struct Foreign {
    starts: &'static [u8],
    name: &'static str,
    /// Python that reads FILE as an array.
    read: &'static str,
}

const KNOWN: &[Foreign] = &[
    Foreign {
        starts: b"\x89HDF\r\n\x1a\n",
        name: "an HDF5 file",
        read: "import h5py, numpy as np; np.save('samples.npy', h5py.File('FILE')['NAME'][:])",
    },
    Foreign {
        starts: b"PAR1",
        name: "a Parquet file",
        read: "import numpy as np, pandas as pd; np.save('samples.npy', pd.read_parquet('FILE').to_numpy(float))",
    },
    Foreign {
        starts: b"ARROW1",
        name: "an Arrow file",
        read: "import numpy as np, pandas as pd; np.save('samples.npy', pd.read_feather('FILE').to_numpy(float))",
    },
    Foreign {
        starts: b"MATLAB 5.0 MAT-file",
        name: "a MATLAB file",
        read: "import numpy as np, scipy.io as io; np.save('samples.npy', io.loadmat('FILE')['NAME'])",
    },
    Foreign {
        starts: b"PK\x03\x04",
        name: "a zip archive without arrays, as PyTorch writes",
        read: TORCH,
    },
    Foreign { starts: b"\x80\x02", name: "a Python pickle, as old PyTorch writes", read: TORCH },
    Foreign { starts: b"\x80\x03", name: "a Python pickle", read: PICKLE },
    Foreign { starts: b"\x80\x04", name: "a Python pickle", read: PICKLE },
    Foreign { starts: b"\x80\x05", name: "a Python pickle", read: PICKLE },
    Foreign { starts: b"\x89PNG", name: "a single image", read: FOLDER },
    Foreign { starts: b"\xff\xd8\xff", name: "a single image", read: FOLDER },
];

const TORCH: &str = "import numpy as np, torch; np.save('samples.npy', torch.load('FILE').numpy())";
const PICKLE: &str = "import numpy as np, pickle; np.save('samples.npy', np.asarray(pickle.load(open('FILE', 'rb'))))";
const FOLDER: &str = "";

/// Refuses a file of a format that is known and not read.
///
/// # Errors
/// [`crate::Error::File`] with the line that makes an array of it.
pub(super) fn refused(stored: &Stored) -> Result<()> {
    let longest = KNOWN.iter().map(|known| known.starts.len()).max().unwrap_or_default();
    let start = stored.start(longest)?;
    let Some(known) = KNOWN.iter().find(|known| start.starts_with(known.starts)) else {
        return Ok(());
    };
    let message = if known.read == FOLDER {
        format!(
            "is {}: name the folder of all images, with a folder in it for each class",
            known.name
        )
    } else {
        let read = known.read.replace("FILE", &stored.path().display().to_string());
        format!(
            "is {}, which is not read: python -c \"{read}\" makes samples.npy of it",
            known.name
        )
    };
    Err(stored.error(None, message))
}
