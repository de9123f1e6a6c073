//! As much of JSON Schema 2020-12 as the schema of the output uses. A keyword that it does not know
//! is an error: no constraint is skipped.
//!
//! The crate `jsonschema` does the same and more, at a price of 30 further crates and a minute of
//! compilation.

use regex::Regex;
use serde_json::{Map, Value};

/// Keywords that constrain nothing.
const ANNOTATIONS: &[&str] = &["$schema", "$defs", "title", "description"];

pub(crate) struct Validator<'a> {
    root: &'a Value,
}

impl<'a> Validator<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// What is wrong with `value`, and where.
    pub(crate) fn check(&self, value: &Value) -> Result<(), String> {
        self.at(self.root, value, "$")
    }

    fn at(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        let object = match schema {
            Value::Bool(true) => return Ok(()),
            Value::Bool(false) => return Err(format!("{place}: not allowed here")),
            Value::Object(object) => object,
            other => panic!("not a schema: {other}"),
        };
        for (keyword, argument) in object {
            self.keyword(object, keyword, argument, value, place)?;
        }
        Ok(())
    }

    fn keyword(
        &self,
        schema: &Map<String, Value>,
        keyword: &str,
        argument: &Value,
        value: &Value,
        place: &str,
    ) -> Result<(), String> {
        let wrong = |what: &str| {
            let shown: String = value.to_string().chars().take(80).collect();
            Err(format!("{place}: {shown} {what} {argument}"))
        };
        let holds = |holds: bool| if holds { Ok(()) } else { wrong(&format!("fails {keyword}")) };
        match keyword {
            "$ref" => {
                let name = argument.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                let target = self.root["$defs"].get(name);
                self.at(target.unwrap_or_else(|| panic!("no definition {name}")), value, place)
            }
            "type" => holds(match argument {
                Value::Array(types) => types.iter().any(|t| is(value, t.as_str().unwrap())),
                one => is(value, one.as_str().unwrap()),
            }),
            "const" => holds(value == argument),
            "enum" => holds(argument.as_array().unwrap().contains(value)),
            "anyOf" | "oneOf" => {
                let all = argument.as_array().unwrap();
                let tried: Vec<String> =
                    all.iter().filter_map(|s| self.at(s, value, place).err()).collect();
                let passed = all.len() - tried.len();
                if passed == 1 || (passed > 1 && keyword == "anyOf") {
                    return Ok(());
                }
                Err(format!("{place}: {passed} of {keyword} hold: {}", tried.join(" | ")))
            }
            "minimum" => holds(value.as_f64().is_none_or(|x| x >= argument.as_f64().unwrap())),
            "minLength" => {
                holds(value.as_str().is_none_or(|s| s.chars().count() >= size(argument)))
            }
            "minItems" => holds(value.as_array().is_none_or(|a| a.len() >= size(argument))),
            "minProperties" => holds(value.as_object().is_none_or(|o| o.len() >= size(argument))),
            "pattern" => holds(value.as_str().is_none_or(|s| matches(argument, s))),
            "required" => holds(value.as_object().is_none_or(|object| {
                argument
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|k| object.contains_key(k.as_str().unwrap()))
            })),
            "items" => {
                for (k, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.at(argument, item, &format!("{place}[{k}]"))?;
                }
                Ok(())
            }
            "propertyNames" => {
                for key in value.as_object().into_iter().flat_map(Map::keys) {
                    self.at(argument, &Value::String(key.clone()), place)?;
                }
                Ok(())
            }
            // These three look at the same keys together.
            "properties" | "patternProperties" | "additionalProperties" => {
                for (key, inner) in value.as_object().into_iter().flatten() {
                    let place = format!("{place}.{key}");
                    for schema in schemas(schema, keyword, key) {
                        self.at(schema, inner, &place)?;
                    }
                }
                Ok(())
            }
            other if ANNOTATIONS.contains(&other) => Ok(()),
            other => panic!("the validator does not know the keyword {other}"),
        }
    }
}

/// The schemas that one of the keywords for properties has for `key`.
fn schemas<'a>(schema: &'a Map<String, Value>, keyword: &str, key: &str) -> Vec<&'a Value> {
    let named = schema.get("properties").and_then(|p| p.get(key));
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    let matching: Vec<&Value> = patterns
        .into_iter()
        .flatten()
        .filter(|(pattern, _)| Regex::new(pattern).unwrap().is_match(key))
        .map(|(_, schema)| schema)
        .collect();
    match keyword {
        "properties" => named.into_iter().collect(),
        "patternProperties" => matching,
        _ if named.is_none() && matching.is_empty() => vec![&schema["additionalProperties"]],
        _ => Vec::new(),
    }
}

fn matches(pattern: &Value, text: &str) -> bool {
    Regex::new(pattern.as_str().unwrap()).unwrap().is_match(text)
}

fn size(argument: &Value) -> usize {
    argument.as_u64().unwrap() as usize
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("the validator does not know the type {other}"),
    }
}
