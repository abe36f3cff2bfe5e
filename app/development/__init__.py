"""資源開拓: how the menu of a town grows, with nobody supported in it.

A *lead* (開拓メモ) is an organisation that might take people in, and what was said with it so far. An *offer* (申し出) is
what a resident or a business can give; a *helper* (担い手) is somebody who was taken at their word. A *notice* (気づき) is
what worries a resident, handed to the window that its topic names. No case, no profile and no single person's need is
known here: a lead is born from a rule and a host side, in words.
"""
