"""Traditional forms that a reader gives for characters it is unsure of.

A name printed in traditional characters stays as it is: only a character that the reader doubted is
taken for the simplified one, since its own list holds both and they look alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_TRADITIONAL: Final = (
    "鵬龍雲華東國興貴關劉張陳楊趙吳孫馬許鄧馮葉蔣蘇盧鄭謝羅蕭賀錢湯韓嚴陸鍾鐘譚廖"
    "賴龔顧喬齊藍連饒歐陽魯偉傑軍麗娟蘭紅麗輝進強榮寶慶鳳鴻鵰業豐學慧靜潔穎曉義"
    "勝遠運達長門間問開閔聞電車輪轉輕較銀銅鐵鋼鑫鋒銳錦鎮鏡鑽鑄設計許記訂訓託訊試"
    "詩話該詳誠調談諾證識護讓訴診評詞譯認論語說請課諸謀謙講謹譜"
)
_SIMPLIFIED: Final = (
    "鹏龙云华东国兴贵关刘张陈杨赵吴孙马许邓冯叶蒋苏卢郑谢罗萧贺钱汤韩严陆钟钟谭廖"
    "赖龚顾乔齐蓝连饶欧阳鲁伟杰军丽娟兰红丽辉进强荣宝庆凤鸿雕业丰学慧静洁颖晓义"
    "胜远运达长门间问开闵闻电车轮转轻较银铜铁钢鑫锋锐锦镇镜钻铸设计许记订训托讯试"
    "诗话该详诚调谈诺证识护让诉诊评词译认论语说请课诸谋谦讲谨谱"
)
_FORMS: Final = {old: new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True) if old != new}
_SURE: Final = 0.9


def simplified(text: str, sureness: Callable[[int], float]) -> str:
    """Return a text with doubted traditional characters in their simplified form.

    Args:
        text: As read.
        sureness: How sure the reader was of the character at an index.
    """
    return "".join(
        _FORMS[char] if char in _FORMS and sureness(at) < _SURE else char
        for at, char in enumerate(text)
    )
