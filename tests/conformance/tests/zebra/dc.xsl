<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:m="http://www.loc.gov/MARC21/slim" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:srw="info:srw/schema/1/dc-schema" exclude-result-prefixes="m">
  <xsl:template match="/m:record">
    <srw:dc>
      <dc:title><xsl:value-of select="m:datafield[@tag='245']/m:subfield[@code='a']"/></dc:title>
      <dc:creator><xsl:value-of select="m:datafield[@tag='100']/m:subfield[@code='a']"/></dc:creator>
      <dc:identifier><xsl:value-of select="m:controlfield[@tag='001']"/></dc:identifier>
    </srw:dc>
  </xsl:template>
</xsl:stylesheet>
