"""Small invented laws: what a text looks like, and what may be odd about it."""

from __future__ import annotations

FRONT = "---\ntitle: 建造法\nversion_date: 2019-04-23\n---\n"

PLAIN = (
    FRONT
    + """# 建造法

2011年1月1日 通过

2019年4月23日 修正

<!-- INFO END -->

## 第一章 总则

第一条 为了试验，制定本法。

第二条 本法所称造物，是指搭建的东西。

没有搭建的不是造物。

## 第二章 许可

### 第一节 条件

第八条 开工应当具备下列条件：

（一）有地；

（二）有图，包括：

1.平面图；

2.立面图；

（三）有钱。

机关应当在七日内答复，并说明：

(1)同意的；

(2)不同意的理由。

附件：表格（略）
"""
)
"""Articles 1, 2 and 8; a second paragraph; items with sub-items; a list in a second paragraph."""

OLDER = """---
title: 建造法
version_date: 2011-01-01
excerpt: 第八条
---
第八条 开工应当具备下列条件：

（一）有地；

（二）有图。
"""

INSERTED = (
    FRONT
    + """第十条 甲。

第十条之一 乙。

第十一条 丙。
"""
)

FLAT = (
    FRONT
    + """# 第一章 总则
第一条 乙应当做到：（一）不喊；（二）不跑。不得以本条第（一）项为借口。
第二条 丙提交下列材料：（一）表；（二）图。
第三条 丁应当守时。对守时的，发给：（一）花。
"""
)
"""Its source has lost the line breaks within articles."""

SECTIONS = """---
title: 印章规定
version_date: 1999-10-31
---
# 印章规定

现规定如下：

一、印章为圆形。

二、印章分为：

（一）大的；

（二）小的。

附件：图样(略)
"""
"""An old rule whose articles are 一、 二、."""
