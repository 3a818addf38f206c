"""What the clerk says, and where people go, when they ask for a proof that a 居委会 must not issue."""

from html import escape

from db.catalogue.starter import Proof


def refusal_html(proof: Proof) -> str:
    """The refusal as rich text for a label."""
    go = "".join(f"<li>{escape(place)}</li>" for place in proof.go)
    instead = f"<p><b>可以直接出示：</b>{escape(proof.instead)}</p>" if proof.instead else ""
    return (
        f"<p><b>{escape(proof.name)}：不应出具</b>（{escape(proof.source)}）</p>"
        f"<p>{escape(proof.refusal)}</p>{instead}<p><b>请到：</b></p><ol>{go}</ol>"
    )
