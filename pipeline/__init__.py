"""tawsim (توسيم): corpus annotation for Arabic, in stages from raw text to a released dataset."""

__version__ = "0.1.0"
