"""picture.py - ratios as bars on a logarithmic scale, with what they have to reach."""
import math
from html import escape

from rig import figure

LEFT, WIDTH, LINE, TOP = 330, 520, 30, 64
COLOURS = {"aim": "#1a7f4b", "holds": "#5b8def", "SHORT": "#c2453d"}


def picture(bars, title):
    """bars: what, ratio, hold, aim ("10x", or of another unit: not drawn), verdict."""
    most = max([1000] + [r for _, r, *_ in bars])
    least = min([0.5] + [r for _, r, *_ in bars])
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
    height = TOP + LINE * len(bars) + 40

    def at(ratio):
        return LEFT + WIDTH * (math.log10(ratio) - low) / (high - low)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 110}" '
           f'height="{height}" font-family="sans-serif" font-size="13">',
           '<rect width="100%" height="100%" fill="#ffffff"/>',
           f'<text x="16" y="26" font-size="16">{escape(title)}</text>',
           '<text x="16" y="46" fill="#555555">How many times better, logarithmic; '
           '| what it has to hold, ‖ what it aims at</text>']
    for power in range(low, high + 1):
        x = at(10 ** power)
        out += [f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{height - 28}" '
                f'stroke="{"#999999" if power == 0 else "#e4e4e4"}"/>',
                f'<text x="{x:.1f}" y="{height - 12}" text-anchor="middle" fill="#555555">'
                f'{10 ** power:g}x</text>']
    for i, (what, ratio, hold, aim, word) in enumerate(bars):
        y, from_x, to_x = TOP + LINE * i + 6, min(at(1), at(ratio)), max(at(1), at(ratio))
        out += [f'<text x="{LEFT - 12}" y="{y + 14}" text-anchor="end">{escape(what)}</text>',
                f'<rect x="{from_x:.1f}" y="{y}" width="{max(to_x - from_x, 1):.1f}" height="18" '
                f'fill="{COLOURS[word]}"/>',
                f'<text x="{LEFT + WIDTH + 90}" y="{y + 14}" text-anchor="end">'
                f'{figure(ratio)}x</text>']
        for mark, double in ((hold, False), (aim, True)):
            if not mark.endswith("x"):
                continue
            for dx in (0, 3) if double else (0,):
                x = at(float(mark[:-1])) + dx
                out.append(f'<line x1="{x:.1f}" y1="{y - 3}" x2="{x:.1f}" y2="{y + 21}" '
                           f'stroke="#222222"/>')
    return "\n".join(out + ["</svg>"]) + "\n"


def lines(samples, x, units, title):
    """One small chart under the other: each key of `units` over `x` (minutes), from 0."""
    width, each, left = 720, 110, 90
    far = max(s[x] for s in samples)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 30}" '
           f'height="{TOP + each * len(units)}" font-family="sans-serif" font-size="13">',
           '<rect width="100%" height="100%" fill="#ffffff"/>',
           f'<text x="16" y="26" font-size="16">{escape(title)}</text>']
    for i, (key, unit) in enumerate(units.items()):
        foot, most = TOP + each * (i + 1) - 28, max(s[key] for s in samples) or 1
        points = " ".join(f"{left + width * s[x] / far:.1f},"
                          f"{foot - (each - 44) * s[key] / most:.1f}" for s in samples)
        out += [f'<line x1="{left}" y1="{foot}" x2="{left + width}" y2="{foot}" '
                'stroke="#999999"/>',
                f'<text x="{left - 10}" y="{foot - each + 56}" text-anchor="end" '
                f'fill="#555555">{figure(most)} {unit}</text>',
                f'<text x="{left - 10}" y="{foot}" text-anchor="end">{escape(key)}</text>',
                f'<text x="{left + width}" y="{foot + 16}" text-anchor="end" fill="#555555">'
                f'{far:.0f} min</text>',
                f'<polyline points="{points}" fill="none" stroke="#5b8def" '
                'stroke-width="2"/>']
    return "\n".join(out + ["</svg>"]) + "\n"
