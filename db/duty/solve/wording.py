"""What is said about a plan, in the words of a manager."""

from db.duty.solve.problem import Method, Proof


def proof_sentence(proof: Proof) -> str:
    """What is proved, what is only found, and what is not: “公平性已证明最优；间隔不小于 8 个工作日；97% 符合意愿”."""
    if proof.method is Method.GREEDY:
        parts = ["按“次数最少者优先”逐班排出，未作任何证明"]
    elif proof.fair:
        parts = ["公平性已证明最优" if proof.spread > 1 else "公平性已证明最优（同类人员相差不超过 1 次）"]
    else:
        parts = [f"公平性尚未证明（相差 {proof.spread} 次，至少 {proof.spread_bound} 次）"]
    if proof.rest is not None:
        told = f"间隔不小于 {proof.rest} 个工作日"
        if proof.rest_bound is not None and proof.rest_proved:
            told += f"（最多可证 {proof.rest_bound} 个）"
        parts.append(told)
    if proof.wishes_all:
        share = proof.wishes_kept * 100 // proof.wishes_all
        best = "，已证明最多" if proof.wishes_proved else ""
        parts.append(f"{share}% 符合意愿（{proof.wishes_kept}/{proof.wishes_all}{best}）")
    if proof.unfilled:
        parts.append(f"还有 {proof.unfilled} 个位置没有人")
    return "；".join(parts)
