"""The loss curve of a simulated denoiser: a network that has learnt its data perfectly, measured on few samples.

    python loss_curve.py

writes ../../tables/loss-curve.csv. The data have independent coordinates of the law 0.9 δ_0 + 0.1 N(0, 1) (mostly 0, as
pixels of drawings are); the denoiser is the posterior mean in closed form,

    E[a|x] = w(x) x/(1 + σ²),  w(x) = 0.1 N(x; 0, 1 + σ²)/(0.1 N(x; 0, 1 + σ²) + 0.9 N(x; 0, σ²)),

and its x0-loss at each level the mean of (a − E[a|x])² over samples of 1000 coordinates, with the standard error of
that mean. Nothing is shared with the library, whose `times independent --prior gauss-bernoulli:0.1` has the answer that
the losses of ever more samples would give.
"""

import numpy as np

COORDINATES, SAMPLES, SEED = 1000, 400, 7
SHARE, VARIANCE = 0.1, 1.0


def denoiser(x, sigma):
    wide, narrow = VARIANCE + sigma**2, sigma**2
    odds = SHARE / (1 - SHARE) * np.sqrt(narrow / wide) * np.exp(0.5 * x**2 * (1 / narrow - 1 / wide))
    return odds / (1 + odds) * VARIANCE / wide * x


def main():
    random = np.random.default_rng(SEED)
    with open("../../tables/loss-curve.csv", "w", encoding="utf-8") as file:
        file.write("sigma,loss,stderr\n")
        for sigma in np.geomspace(30, 0.03, 31):
            present = random.random((SAMPLES, COORDINATES)) < SHARE
            data = present * random.normal(0, np.sqrt(VARIANCE), (SAMPLES, COORDINATES))
            noisy = data + sigma * random.normal(size=data.shape)
            with np.errstate(over="ignore", invalid="ignore"):
                guess = denoiser(noisy, sigma)
            # Where the odds overflow, the coordinate is certainly present.
            guess = np.where(np.isfinite(guess), guess, VARIANCE / (VARIANCE + sigma**2) * noisy)
            losses = ((data - guess) ** 2).mean(axis=1)
            file.write(f"{sigma:.6g},{losses.mean():.6g},{losses.std(ddof=1) / np.sqrt(SAMPLES):.3g}\n")


if __name__ == "__main__":
    main()
