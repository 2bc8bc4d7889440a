"""Tên trong chữ ký XML: the namespaces and addresses of XML-DSig and XAdES."""

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
XML = "http://www.w3.org/XML/1998/namespace"

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
ENVELOPED = f"{DS}enveloped-signature"
BASE64 = f"{DS}base64"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"

WHOLE = "/"
"""How `covers` names the whole document."""
