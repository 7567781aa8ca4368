<?xml version="1.0" encoding="UTF-8"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:m="http://www.loc.gov/MARC21/slim" xmlns:z="http://indexdata.com/zebra-2.0" exclude-result-prefixes="m">
  <xsl:output indent="no" method="xml" encoding="UTF-8"/>
  <xsl:template match="/m:record">
    <z:record>
      <xsl:attribute name="z:id"><xsl:value-of select="normalize-space(m:controlfield[@tag='001'])"/></xsl:attribute>
      <xsl:for-each select="m:datafield[@tag='245']/m:subfield">
        <z:index name="Title:w Any:w"><xsl:value-of select="."/></z:index>
      </xsl:for-each>
      <xsl:for-each select="m:datafield[@tag='100' or @tag='700' or @tag='710']/m:subfield[@code='a']">
        <z:index name="Author:w Any:w"><xsl:value-of select="."/></z:index>
      </xsl:for-each>
      <xsl:for-each select="m:datafield[@tag='020']/m:subfield[@code='a']">
        <z:index name="ISBN:w"><xsl:value-of select="."/></z:index>
      </xsl:for-each>
    </z:record>
  </xsl:template>
</xsl:stylesheet>
