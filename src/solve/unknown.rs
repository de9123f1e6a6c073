//! The parameter to solve for, and where it is searched.

use super::scale::Scale;
use super::target::Target;
use crate::error::{Error, Result};
use crate::models::parameter::{Domain, Parameter};
use crate::quantities::{noise, sample_size};
use crate::sweep::Request;

/// The parameter to solve for.
pub(super) fn unknown(name: &str, parameters: &[Parameter]) -> Result<Parameter> {
    let name = name.trim_start_matches('-');
    let numbers = parameters.iter().filter(|p| p.domain.is_number());
    let names: Vec<&str> = numbers.clone().map(|p| p.name).collect();
    let found = parameters.iter().find(|p| p.name == name || p.aliases.contains(&name));
    match found {
        Some(p) if p.domain.is_number() => Ok(*p),
        _ => {
            let known = crate::suggest::among(name, names.iter().copied());
            let expected = format!("must be one of {known}");
            Err(Error::argument("--for", name, expected))
        }
    }
}

/// Checks that sample size and noise are each said once, counting the unknown.
pub(super) fn exactly_one(target: &Target, unknown: &Parameter, request: &Request) -> Result<()> {
    type Check = fn(&Request) -> Result<()>;
    let coordinates = target.coordinates();
    let once: Check = match coordinates {
        [_] => |_| Ok(()),
        _ => noise::exactly_one,
    };
    let families: [(bool, &[Parameter], Check); 2] = [
        (target.needs_samples(), &sample_size::PARAMETERS, sample_size::exactly_one),
        (!coordinates.is_empty(), coordinates, once),
    ];
    for (_, family, check) in families.into_iter().filter(|(needed, ..)| *needed) {
        if !family.iter().any(|p| p.name == unknown.name) {
            check(request)?;
        } else if family.iter().any(|p| request.axis(p.name).is_some()) {
            let flags: Vec<String> = family.iter().map(|p| format!("--{}", p.name)).collect();
            let (last, others) = flags.split_last().map_or(("", &[][..]), |(l, o)| (l.as_str(), o));
            return Err(Error::Usage(format!(
                "--{} is to be solved for: leave {} and {last} out",
                unknown.name,
                others.join(", ")
            )));
        }
    }
    Ok(())
}

/// Where to search for a parameter.
pub(super) fn range(unknown: &Parameter, between: Option<&str>) -> Result<(f64, f64)> {
    if let Some(text) = between {
        let fail = |expected: &str| Error::argument("--between", text, expected);
        let (low, high) = crate::sweep::between("--between", text)?;
        let whole = matches!(unknown.domain, Domain::Whole { .. });
        let inside = |x: f64| if whole { x >= 1.0 } else { unknown.domain.contains(x) };
        if !(inside(low) && inside(high)) {
            return Err(fail(&format!(
                "both ends are values of --{}, which {}",
                unknown.name,
                unknown.domain.expected()
            )));
        }
        if Scale::of(unknown.domain) != Scale::Linear && low <= 0.0 {
            return Err(fail("LOW must be above 0"));
        }
        return Ok((low, high));
    }
    Ok(match (unknown.name, unknown.domain) {
        ("n", _) => (2.0, f64::INFINITY),
        ("beta", _) => (0.02, 50.0),
        ("log-n", _) => (1e-3, 1e6),
        ("alpha", _) => (1e-6, 1e3),
        ("t", _) => (1e-6, 50.0),
        ("snr", _) => (1e-9, 1e9),
        // Beyond, an activation that waves takes seconds a point.
        ("gain", _) => (1e-4, 300.0),
        (_, Domain::Whole { .. }) => (1.0, 1e9),
        (_, Domain::Fraction) => (0.0, 1.0),
        (_, Domain::Real) => (-20.0, 20.0),
        _ => (1e-4, 1e4),
    })
}
