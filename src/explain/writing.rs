//! What is written of each kind of quantity.

use super::page::{Notation, Writer};
use super::topic::Topic;
use crate::Answer;
use crate::error::Result;
use crate::models::parameter::Value;
use crate::models::{Entry, Ingredient, Model, Order};
use crate::numerics::Estimate;
use crate::process::Noise;
use crate::quantities::classes::{CLASS_ENTROPY, PHI};
use crate::quantities::collapse::order;
use crate::quantities::information::EXCESS_ENTROPY;
use crate::quantities::{Explanation, Point, Quantity, SampleSize, noise, sample_size};
use crate::sweep::{Models, Request};
use crate::table::{Cell, Column, Kind};
use crate::transitions::collapse::{self, collapse_time};
use crate::transitions::speciation::{self, CRITERIA, Criterion};
use std::sync::Arc;

impl Writer {
    /// Everything of a quantity.
    ///
    /// # Errors
    /// Wrong arguments; numerics that fail as a whole.
    pub(super) fn written(
        &mut self,
        topic: &Topic,
        entry: &'static Entry,
        request: &Arc<Request>,
    ) -> Result<()> {
        let model = Models::new(entry, Arc::clone(request))?.first()?;
        let quantity = topic.of(entry).unwrap_or(topic.quantity);
        if quantity.samples() {
            sample_size::exactly_one(request)?;
        }
        if quantity.noise() {
            noise::given_once(quantity.process(), request)?;
        }
        let criterion = topic.name.strip_prefix("t_S.");
        if let Some(criterion) = CRITERIA.iter().find(|c| Some(c.name) == criterion) {
            self.speciation(model.as_ref(), criterion)?;
        } else if let Some(order) = order(&topic.name) {
            self.collapse(model.as_ref(), order)?;
        } else if let Some(explanation) = topic.explanation(entry) {
            self.quantity(model.as_ref(), quantity, explanation)?;
        } else {
            self.curve(model.as_ref(), &topic.name)?;
        }
        for note in model.notes() {
            self.remark(&note);
        }
        Ok(())
    }

    fn speciation(&mut self, model: &dyn Model, criterion: &Criterion) -> Result<()> {
        self.definition(criterion.definition, criterion.latex, criterion.source);
        let ingredient = match criterion.ingredient {
            Ingredient::TopEigenvalue => Some(model.top_eigenvalue()?),
            Ingredient::BetweenEigenvalue => match model.classes() {
                Answer::Value(classes) => {
                    classes.between_eigenvalues()?.first().map(|e| Answer::Value(*e))
                }
                Answer::Absent(reason) => Some(Answer::Absent(reason)),
            },
            Ingredient::WeakSeparation | Ingredient::GaussianEquivalent => {
                Some(model.eigenvalue(criterion.ingredient)?)
            }
            _ => None,
        };
        if let Some(formula) = model.formula(criterion.ingredient) {
            self.formula(&formula, ingredient.as_ref());
            self.parts(&model.parts(criterion.ingredient, None)?);
        }
        if criterion.name == "cloning" {
            let phi = "φ = ½∫dy [G(y, m_t, Γ)² + G(y, −m_t, Γ)²]/[G(y, m_t, Γ) + G(y, −m_t, Γ)] = E Σ_k P(k|x)²";
            let latex = "\\varphi &= \\tfrac12 \\int dy\\, \\frac{G(y, m_t, \\Gamma)^2 + G(y, -m_t, \\Gamma)^2}{G(y, m_t, \\Gamma) + G(y, -m_t, \\Gamma)}";
            self.definition(phi, latex, "BBDM24 Eq. 6");
            let threshold = Answer::Value(speciation::cloning_threshold());
            self.result("φ*", "\\varphi^*", &threshold);
            self.remark("φ* is φ of two balanced classes at γ = 1, where a mean is one standard deviation from the origin");
        }
        self.computed("t_S", "t_S", (criterion.time)(model))
    }

    fn alpha(&mut self, model: &dyn Model) -> Result<Estimate> {
        let size = SampleSize::of(&self.values, model.dimension())?;
        let (n, log_n) = (self.values.number("n"), self.values.number("log-n"));
        let value = Answer::Value(size.alpha);
        if n.or(log_n).is_none() {
            self.result("α", "\\alpha", &value);
            return Ok(size.alpha);
        }
        self.put(Ok(value).into(), |page, notation| {
            let number = |x: f64| page.number(x, notation);
            let (alpha, log) = match notation {
                Notation::Unicode => ("α = log n/d", "log"),
                Notation::Latex => ("\\alpha &= \\log n/d", "\\log"),
            };
            let log_n = match n {
                Some(n) => format!("{log}({})", number(n)),
                None => log_n.map_or_else(String::new, number),
            };
            format!("{alpha} = {log_n}/{} = ", number(model.dimension()))
        });
        Ok(size.alpha)
    }

    fn collapse(&mut self, model: &dyn Model, order: Order) -> Result<()> {
        self.definition(
            "f(t) = α − I(a; x_t)/d = 0 at t_C, snr = 1/(e^(2t) − 1)",
            "f(t) &= \\alpha - I(a; x_t)/d = 0 \\text{ at } t_C, \\quad \\mathrm{snr} = 1/(e^{2t} - 1)",
            "BBDM24 Eq. 5",
        );
        let alpha = self.alpha(model)?;
        // α stands in the closed forms.
        self.values.set("alpha", Value::Number(alpha.value));
        let time = collapse_time(model, alpha, order, 0.0);
        let there = time.as_ref().ok().and_then(Answer::value).map(Noise::at_time).transpose()?;
        self.information_formula(model, order, there)?;
        if let (Order::Asymptotic, Some(closed)) = (order, model.formula(Ingredient::Collapse)) {
            self.formula(&closed, None);
        } else if let Some(noise) = there {
            let there = match model.information(noise, order)? {
                Answer::Value(e) if e.value == f64::INFINITY => {
                    Answer::absent("infinite: so close to t = 0 there is no noise in doubles")
                }
                there => there,
            };
            self.result("I/d at t_C", "I/d\\,(t_C)", &there);
        }
        self.computed("t_C", "t_C", time)
    }

    fn information_formula(
        &mut self,
        model: &dyn Model,
        order: Order,
        noise: Option<Noise>,
    ) -> Result<()> {
        if let Some(formula) = model.formula(Ingredient::Information) {
            self.formula(&formula, None);
            self.parts(&model.parts(Ingredient::Information, noise)?);
        }
        if order == Order::ClassBit {
            self.definition(
                "   + I(class; x_t)/d, the class bit: for two balanced classes γ − E log cosh(γ + √γ z)",
                "&\\quad + I(\\mathrm{class}; x_t)/d,\\quad I_\\mathrm{bin}(\\gamma) = \\gamma - \\mathbb{E} \\log\\cosh(\\gamma + \\sqrt\\gamma z)",
                "BBDM24",
            );
            if let Some(formula) = model.formula(Ingredient::ClassSignal) {
                self.formula(&formula, None);
            }
        }
        Ok(())
    }

    /// Formulas, numbers on the way, value and remarks.
    fn quantity(
        &mut self,
        model: &dyn Model,
        quantity: &dyn Quantity,
        explanation: &Explanation,
    ) -> Result<()> {
        for (unicode, latex, source) in explanation.lines {
            self.definition(unicode, latex, source);
        }
        let size = if quantity.samples() {
            self.alpha(model)?;
            Some(SampleSize::of(&self.values, model.dimension())?)
        } else {
            None
        };
        let noise =
            if quantity.noise() { noise::level(quantity.process(), &self.values)? } else { None };
        if let Some(noise) = noise {
            self.result("τ", "\\tau", &Answer::Value(Estimate::rounded(noise.tau())));
        }
        if let (Some(size), false) = (size, explanation.intermediates.is_empty())
            && let Answer::Value(energies) = model.energies(size.alpha.value)?
        {
            for number in explanation.intermediates {
                let value = Answer::Value((number.value)(&energies)?);
                self.result(number.symbol, number.latex, &value);
            }
        }
        let cells = quantity.cells(model, &Point { noise, size, values: &self.values })?;
        let columns = quantity.columns();
        let computed: Vec<(&Column, &Cell)> = columns
            .iter()
            .zip(&cells)
            .filter(|(column, _)| column.kind == Kind::Estimate)
            .collect();
        // Of a curve the column of its name is meant, or the first; times have names of their own.
        let own = quantity.name().replace('-', "_");
        let meant = computed.iter().find(|(column, _)| column.name == own).or(computed.first());
        match meant {
            Some((column, cell))
                if computed.len() == 1 || quantity.noise() && !column.name.contains('.') =>
            {
                self.page.column = Some((*column).clone());
                self.cell(explanation.symbol, explanation.latex, (*cell).clone());
            }
            _ => {
                for (column, cell) in computed {
                    self.page.column = Some(column.clone());
                    self.cell(&column.name, &format!("\\text{{{}}}", column.name), cell.clone());
                }
            }
        }
        for remark in explanation.remarks {
            self.remark(remark);
        }
        Ok(())
    }

    fn curve(&mut self, model: &dyn Model, name: &str) -> Result<()> {
        let noise = noise::of(&self.values)?;
        let tau = Answer::Value(Estimate::rounded(noise.snr()));
        match name {
            name if [PHI.name, CLASS_ENTROPY.name].contains(&name) => {
                if name == PHI.name {
                    self.definition(
                        "φ(t) = E_{x~P_t} Σ_k P(k|x)²",
                        "\\varphi(t) &= \\mathbb{E}_{x\\sim P_t} \\sum_k P(k|x)^2",
                        "BBDM24 Eq. 6",
                    );
                } else {
                    self.definition(
                        "H(class|x_t) = −E_{x~P_t} Σ_k P(k|x) log P(k|x)",
                        "H(\\mathrm{class}|x_t) &= -\\mathbb{E}_{x\\sim P_t} \\sum_k P(k|x) \\log P(k|x)",
                        "BBDM24",
                    );
                }
                if let Some(formula) = model.formula(Ingredient::ClassSignal) {
                    self.formula(&formula, None);
                }
                // As the curve has it: what does not exist is an answer here too.
                let (curve, symbol, latex) = if name == PHI.name {
                    (&PHI, "φ", "\\varphi")
                } else {
                    (&CLASS_ENTROPY, "H", "H")
                };
                let point = Point { noise: Some(noise), size: None, values: &self.values };
                let cells = (curve.cells)(model, &point)?;
                if let Some(cell) = cells.into_iter().next() {
                    self.cell(symbol, latex, cell);
                }
            }
            name if name == EXCESS_ENTROPY.name => {
                let alpha = self.alpha(model)?;
                self.information_formula(model, Order::Asymptotic, Some(noise))?;
                self.result("snr", "\\mathrm{snr}", &tau);
                let f = collapse::excess_entropy(model, alpha, Order::Asymptotic, 0.0, noise);
                self.definition("f(t) = α − I/d", "f(t) &= \\alpha - I/d", "BBDM24 Eq. 5");
                self.computed("f", "f", f)?;
            }
            _ => {
                self.information_formula(model, Order::Asymptotic, Some(noise))?;
                self.result("snr", "\\mathrm{snr}", &tau);
                self.computed("I/d", "I/d", model.information(noise, Order::Asymptotic))?;
            }
        }
        Ok(())
    }
}
