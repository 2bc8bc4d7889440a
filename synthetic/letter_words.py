"""What schools wrote to families in this school year; all our own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Letter:
    """Một thông báo: the day it was sent, and in one of how many schools."""

    month: int
    day: int
    every: int
    title: str
    text: str
    asks_receipt: bool = False

    def on(self, year: int) -> date:
        return date(year + (self.month < 8), self.month, self.day)


LETTERS = (
    Letter(9, 9, 1, "Mời họp cha mẹ học sinh đầu năm học",
           "Nhà trường mời gia đình em {ho_ten}, lớp {lop} dự họp cha mẹ học sinh đầu năm học vào"
           " sáng Chủ nhật tuần này tại phòng học của lớp.", asks_receipt=True),
    Letter(9, 28, 2, "Tham gia bảo hiểm y tế học sinh",
           "Nhờ gia đình em {ho_ten} kiểm tra hạn thẻ bảo hiểm y tế của em và báo lại cho giáo viên"
           " chủ nhiệm."),
    Letter(10, 13, 3, "Phòng bệnh lúc giao mùa",
           "Trời bắt đầu lạnh về đêm. Nhờ gia đình cho em {ho_ten} mặc ấm khi đến trường và cho em"
           " nghỉ ở nhà khi sốt."),
    Letter(11, 3, 2, "Kiểm tra giữa học kì I",
           "Nhà trường tổ chức kiểm tra giữa học kì I trong hai tuần tới. Nhờ gia đình nhắc em"
           " {ho_ten} ôn tập và đi học đều."),
    Letter(11, 16, 4, "Mời dự Ngày Nhà giáo Việt Nam",
           "Nhà trường mời gia đình em {ho_ten} đến xem các em biểu diễn văn nghệ sáng ngày"
           " 20/11."),
    Letter(12, 14, 2, "Giữ ấm cho các em",
           "Sáng sớm có sương muối. Nhờ gia đình cho em {ho_ten} đi học muộn hơn 15 phút nếu đường"
           " trơn."),
    Letter(2, 22, 1, "Đi học lại sau Tết",
           "Nhà trường đón các em trở lại. Nhờ gia đình nhắc em {ho_ten} mang đủ sách vở của học kì"
           " II."),
    Letter(4, 12, 2, "Phòng tránh đuối nước",
           "Trời nắng nóng, nhờ gia đình không để em {ho_ten} tắm sông, suối, hồ một mình."),
)  # fmt: skip
URGENT = Letter(
    10, 8, 1, "Khẩn: nghỉ học ngày mai vì mưa lũ",
    "Ngày mai các lớp nghỉ học vì ngầm tràn ngập nước. Gia đình giữ em {ho_ten} ở nhà, không để em"
    " qua ngầm, suối.",
)  # fmt: skip
TALKS = (
    ("Xin phép cho con nghỉ học", "Thưa thầy cô, mai gia đình xin cho cháu nghỉ một buổi đi khám"
     " bệnh ạ.", "Nhà trường đã nhận được. Chúc em mau khỏe."),
    ("Hỏi về tình hình học của con", "Thưa thầy cô, dạo này cháu học ở lớp thế nào ạ?",
     "Em chú ý nghe giảng hơn tháng trước. Gia đình nhắc em đọc bài mỗi tối nhé."),
)  # fmt: skip
