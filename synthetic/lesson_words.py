"""What the lines of a class diary say: topics, homework, remarks; all our own words."""

from __future__ import annotations

from collections.abc import Mapping

TOPICS: Mapping[str, tuple[str, ...]] = {
    "Toán": ("Luyện tập chung", "Giải bài toán có lời văn", "Hình học trực quan",
             "Biểu thức và phương trình", "Ôn tập chương", "Thực hành đo đạc ngoài trời"),
    "Ngữ văn": ("Đọc hiểu văn bản truyện", "Thực hành tiếng Việt", "Viết đoạn văn nghị luận",
                "Nói và nghe: kể lại một trải nghiệm", "Đọc mở rộng", "Trả bài viết"),
    "Ngoại ngữ 1": ("Unit review", "Listening practice", "Reading: my hometown",
                    "Speaking in pairs", "Writing a short letter", "Language focus"),
    "Khoa học tự nhiên": ("Thí nghiệm theo nhóm", "Chất và sự biến đổi", "Năng lượng quanh ta",
                          "Quan sát tế bào", "Luyện tập tính toán"),
    "Lịch sử và Địa lí": ("Làm việc với bản đồ", "Đọc tư liệu lịch sử", "Địa hình và khí hậu",
                          "Kể chuyện nhân vật lịch sử", "Ôn tập"),
    "Tin học": ("Thực hành bảng tính", "Tìm kiếm thông tin", "An toàn trên mạng",
                "Soạn thảo văn bản"),
    "Giáo dục thể chất": ("Chạy cự li ngắn", "Bài tập thể dục", "Cầu lông", "Trò chơi vận động"),
    "Hoạt động trải nghiệm, hướng nghiệp": ("Sinh hoạt dưới cờ", "Sinh hoạt lớp",
                                            "Tìm hiểu nghề ở địa phương"),
}  # fmt: skip
OTHER = ("Bài mới theo kế hoạch dạy học", "Luyện tập", "Thực hành", "Ôn tập", "Chữa bài kiểm tra")
REMARKS = ("Lớp chú ý, sôi nổi.", "Nhiều em hăng hái phát biểu.", "Một số em chưa làm bài ở nhà.",
           "Lớp trật tự, ghi bài đầy đủ.")  # fmt: skip
HOMEWORK = ("Làm bài tập trong vở bài tập.", "Đọc trước bài sau.", "Hoàn thành phiếu học tập.")
WEEK_REMARKS = (
    "Lớp giữ nền nếp tốt, đi học đều.",
    "Tuần này lớp tiến bộ, cần đi học đúng giờ hơn.",
)
GRADES = ("Tốt",) * 7 + ("Khá",) * 3


def topic_of(subject: str, number: int) -> str:
    """The title of a lesson, by its number in the year."""
    told = TOPICS.get(subject, OTHER)
    return told[number % len(told)]
